import { GatewayError } from '../../inference/index.ts';
import type { Policies, Rooms } from '../../pipeline/index.ts';
import { type Route, route } from '../route.ts';
import { configListQuery, fieldQuery } from './contract-deployment.ts';

type Field = {
  readonly name: string;
  readonly type: 'Integer' | 'Float' | 'Boolean' | 'String' | 'List' | 'Dictionary';
  readonly description: string;
  readonly value: (policies: Policies) => unknown;
};

/** LiteLLM's names of what the file decides. */
const GENERAL: readonly Field[] = [
  {
    name: 'store_model_in_db',
    type: 'Boolean',
    description: 'Models made over the API are kept in the database, beside the file.',
    value: () => true,
  },
  {
    name: 'global_max_parallel_requests',
    type: 'Integer',
    description: 'Calls at the same time, of all callers together.',
    value: ({ rules }) => rules.gateway.limits.find(({ measure }) => measure === 'parallel')?.limit ?? null,
  },
  {
    name: 'background_health_checks',
    type: 'Boolean',
    description: 'Deployments are asked without a caller.',
    value: ({ probes }) => probes !== null,
  },
  {
    name: 'health_check_interval',
    type: 'Integer',
    description: 'Seconds from one such question to the next.',
    value: ({ probes }) => (probes === null ? null : probes.everyMs / 1_000),
  },
];

const LITELLM: readonly Field[] = [
  {
    name: 'budget_exceeded_status_code',
    type: 'Integer',
    description: 'What a spent budget answers.',
    value: ({ budgetExceededStatus }) => budgetExceededStatus,
  },
  {
    name: 'drop_params',
    type: 'Boolean',
    description: 'What an upstream cannot be told is left out of a request instead of refusing it.',
    value: ({ unsupported }) => unsupported !== 'reject',
  },
];

const ROUTER: readonly Field[] = [
  {
    name: 'routing_strategy',
    type: 'String',
    description: 'Order of the deployments within one priority.',
    value: ({ routing }) => routing.strategy,
  },
  {
    name: 'num_retries',
    type: 'Integer',
    description: 'Further rounds over the candidates after all of them failed.',
    value: ({ routing }) => routing.retries,
  },
  {
    name: 'max_fallbacks',
    type: 'Integer',
    description: 'Models that are tried after the asked one.',
    value: ({ routing }) => routing.maxFallbacks,
  },
  {
    name: 'retry_after',
    type: 'Float',
    description: 'Seconds that a retry waits at least.',
    value: ({ routing }) => routing.retry.leastPauseMs / 1_000,
  },
  {
    name: 'allowed_fails',
    type: 'Integer',
    description: 'Failures in a row after which a deployment rests.',
    value: ({ health }) => health.allowedFails,
  },
  {
    name: 'cooldown_time',
    type: 'Float',
    description: 'Seconds for which it rests.',
    value: ({ health }) => health.cooldownMs / 1_000,
  },
  {
    name: 'enable_tag_filtering',
    type: 'Boolean',
    description: 'Tags of requests choose deployments.',
    value: ({ routing }) => (routing.tagging ?? 'off') !== 'off',
  },
  {
    name: 'fallbacks',
    type: 'List',
    description: 'By model, those that are tried when it fails.',
    value: ({ catalog }) => fallbacksOf(catalog, 'error'),
  },
  {
    name: 'context_window_fallbacks',
    type: 'List',
    description: 'The same where a request is too long for it.',
    value: ({ catalog }) => fallbacksOf(catalog, 'context_window'),
  },
  {
    name: 'content_policy_fallbacks',
    type: 'List',
    description: 'The same where its provider refuses the content.',
    value: ({ catalog }) => fallbacksOf(catalog, 'content_policy'),
  },
];

function fallbacksOf(catalog: Policies['catalog'], cause: 'error' | 'context_window' | 'content_policy') {
  return catalog.configured().flatMap(({ name, fallbacks }) => {
    const targets = fallbacks[cause] ?? [];
    return targets.length === 0 ? [] : [{ [name]: targets }];
  });
}

const FIELDS = { general_settings: GENERAL, router_settings: ROUTER, litellm_settings: LITELLM } as const;

/** What the configuration says, in LiteLLM's words. It is the file's to change. */
export function settingsRoutes(rooms: Pick<Rooms, 'policies'>): readonly Route[] {
  return [list(rooms), info(rooms), router(rooms)];
}

function list({ policies }: Pick<Rooms, 'policies'>): Route {
  return route({
    method: 'GET',
    path: '/config/list',
    summary: 'The settings that are in force, of one section of a LiteLLM file. They are changed in the file.',
    action: 'settings.read',
    query: configListQuery,
    answer: ({ query }) => ({ body: FIELDS[query.config_type].map((field) => encode(field, policies())) }),
  });
}

function info({ policies }: Pick<Rooms, 'policies'>): Route {
  return route({
    method: 'GET',
    path: '/config/field/info',
    summary: 'One setting.',
    action: 'settings.read',
    query: fieldQuery,
    answer: ({ query: { field_name: name } }) => {
      const field = Object.values(FIELDS)
        .flat()
        .find((each) => each.name === name);
      if (field === undefined)
        throw new GatewayError('not_found', `There is no setting '${name}'.`, { param: 'field_name' });
      return { body: encode(field, policies()) };
    },
  });
}

function router({ policies }: Pick<Rooms, 'policies'>): Route {
  return route({
    method: 'GET',
    path: '/router/settings',
    summary: 'How calls are routed. It is changed in the file.',
    action: 'settings.read',
    answer: () => {
      const now = policies();
      return {
        body: {
          fields: ROUTER.map((field) => encode(field, now)),
          current_values: Object.fromEntries(ROUTER.map(({ name, value }) => [name, value(now)])),
        },
      };
    },
  });
}

function encode({ name, type, description, value }: Field, policies: Policies) {
  return {
    field_name: name,
    field_type: type,
    field_description: description,
    field_value: value(policies),
    stored_in_db: false,
    field_default_value: null,
  };
}
