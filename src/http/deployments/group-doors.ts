import { type ModelBook, publicModels } from '../../administration/index.ts';
import type { Deployment, JsonFacts } from '../../catalog/index.ts';
import { mayCall } from '../../pipeline/index.ts';
import { type Route, route } from '../route.ts';
import { modelGroupQuery } from './contract-deployment.ts';
import { factsOf, pricesOf } from './encode-deployment.ts';
import { listDeployments } from './list-deployments.ts';

/** Models as callers see them, all of a model's deployments together; and what is known of all that can be called. */
export function groupRoutes(book: ModelBook): readonly Route[] {
  return [groupInfo(book), ...COST_MAPS.map((path) => costMap(book, path))];
}

function groupInfo(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/model_group/info',
    summary: 'The models that this key may call, with what their deployments can do and cost.',
    action: 'model.list',
    query: modelGroupQuery,
    answer: ({ key, query: { model_group: asked } }) => {
      const groups = new Map<string, Deployment[]>();
      for (const { name, deployment } of listDeployments(key, book)) {
        if (deployment === null || (asked !== undefined && asked !== name)) continue;
        groups.set(name, [...(groups.get(name) ?? []), deployment]);
      }
      const open = new Set(publicModels(book));
      const shown = [...groups].map(([name, deployments]) => encodeGroup(name, deployments, open.has(name)));
      return { body: { data: shown } };
    },
  });
}

/** Of lengths the longest, of prices the dearest, of limits the sum; what one of them can do, the model can. */
export function encodeGroup(name: string, deployments: readonly Deployment[], isPublic: boolean): JsonFacts {
  const facts = deployments.map(factsOf);
  const most = (field: string): number | null => greatest(facts.map((each) => each[field]));
  const sum = (limit: 'rpm' | 'tpm'): number | null => {
    const limits = deployments.flatMap(({ limits: of }) => of[limit] ?? []);
    return limits.length === 0 ? null : limits.reduce((one, other) => one + other, 0);
  };
  const abilities = Object.keys(facts[0] ?? {}).filter((field) => field.startsWith('supports_'));
  const parameters = facts.flatMap((each) => each['supported_openai_params'] ?? []);
  return {
    model_group: name,
    providers: [...new Set(deployments.map(({ provider }) => provider))],
    mode: facts[0]?.['mode'] ?? 'chat',
    max_input_tokens: most('max_input_tokens'),
    max_output_tokens: most('max_output_tokens'),
    input_cost_per_token: most('input_cost_per_token'),
    output_cost_per_token: most('output_cost_per_token'),
    rpm: sum('rpm'),
    tpm: sum('tpm'),
    ...Object.fromEntries(abilities.map((field) => [field, facts.some((each) => each[field] === true)])),
    supported_openai_params: parameters.length === 0 ? null : [...new Set(parameters)],
    is_public_model_group: isPublic,
  };
}

function greatest(values: readonly unknown[]): number | null {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? null : Math.max(...numbers);
}

const COST_MAPS = ['/get/litellm_model_cost_map', '/public/litellm_model_cost_map'] as const;

function costMap(book: ModelBook, path: (typeof COST_MAPS)[number]): Route {
  return route({
    method: 'GET',
    path,
    summary: 'Price and length of every model that this key could call, by name.',
    action: 'model.list',
    answer: ({ key }) => {
      const catalog = book.catalog();
      const models = catalog.list().filter(({ id }) => mayCall(key.caller, id, catalog));
      const rows = models.map(({ id, ownedBy, contextWindow, maxOutput, price }) => [
        id,
        {
          litellm_provider: ownedBy,
          mode: /embed/i.test(id) ? 'embedding' : 'chat',
          max_tokens: maxOutput ?? contextWindow,
          max_input_tokens: contextWindow,
          max_output_tokens: maxOutput,
          ...pricesOf(price),
        },
      ]);
      return { body: Object.fromEntries(rows) as JsonFacts };
    },
  });
}
