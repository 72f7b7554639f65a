import type { ModelConfiguration } from '../configuration.ts';
import type { Draft } from '../draft.ts';
import { type ConfigurationNode, isList, isMapping, mappingOf, type Place } from '../reading/configuration-node.ts';
import { mergeLitellmFiles } from '../reading/merge-files.ts';
import type { Reading } from '../reading/reading.ts';
import { resolveReferences } from '../reading/references.ts';
import type { CredentialBook } from '../settings/credential-book.ts';
import { cycleMessage, fallbackCycles } from '../settings/fallback-cycles.ts';
import { litellmTokens } from '../tokens/litellm-tokens.ts';
import { LitellmCredentials, litellmCredentialList } from './litellm-credentials.ts';
import type { LitellmContext } from './litellm-deployment.ts';
import { litellmFallbacks } from './litellm-fallbacks.ts';
import { litellmModels } from './litellm-models.ts';
import { LitellmSection } from './litellm-section.ts';
import { litellmSettings, ratesAreLimits } from './litellm-settings.ts';
import { notHonoured, reportUnsupported } from './litellm-unsupported.ts';

const OWN_KEYS = [
  'model_list',
  'litellm_settings',
  'general_settings',
  'router_settings',
  'environment_variables',
  'credential_list',
];

/** Whether a file speaks LiteLLM's language. */
export function isLitellmFile(root: ConfigurationNode): boolean {
  return OWN_KEYS.some((key) => mappingOf(root).has(key));
}

/** Reads LiteLLM's files, the main one first. What cannot be honoured becomes a notice, or a fault if it restricts. */
export function readLitellmFiles(
  roots: readonly ConfigurationNode[],
  folderOf: (place: Place) => string,
  accepted: readonly string[],
  book: CredentialBook,
  reading: Reading,
): Draft {
  const references = { reading, folderOf, litellm: true };
  const merged = mergeLitellmFiles(roots);
  // First, for all other references may look for them.
  for (const [name, node] of mappingOf(mappingOf(merged).get('environment_variables'))) {
    const { value, reference } = resolveReferences(node, references);
    if (value !== null && reference?.unset !== true && !isMapping(value) && !isList(value))
      reading.addVariable(name, String(value));
  }
  const top = mappingOf(resolveReferences(merged, references));
  const section = (name: string) => new LitellmSection(name, top.get(name), reading);
  const sections = {
    litellm: section('litellm_settings'),
    router: section('router_settings'),
    general: section('general_settings'),
  };
  const unsupported = { reading, accepted };
  reportUnsupported('top', '', top, unsupported);
  for (const { name, entries } of Object.values(sections)) reportUnsupported(name, name, entries, unsupported);
  const context: LitellmContext = {
    ...unsupported,
    book,
    credentials: new LitellmCredentials(book, reading),
    credentialList: litellmCredentialList(top.get('credential_list')),
    ratesAreLimits: ratesAreLimits(sections),
    networkMock: sections.litellm.flag('network_mock') === true,
    defaultParams: sections.router.node('default_litellm_params'),
    defaultParallel: sections.router.count('default_max_parallel_requests', 1),
  };
  const fallbacks = litellmFallbacks([sections.router, sections.litellm], reading);
  const aliases = sections.router.node('model_group_alias') ?? sections.litellm.node('model_alias_map');
  const { models, allowances, keys } = litellmModels(top.get('model_list'), aliases, fallbacks, context);
  for (const cycle of fallbackCycles(models))
    reading.fault(fallbacks.models.get(cycle.names[0])?.place ?? null, cycleMessage(cycle));
  for (const [model, node] of fallbacks.models) {
    if (model !== '*' && !models.some(({ name }) => name === model)) {
      reading.notices.push(
        notHonoured(`the fallback of ${model}`, node.keyPlace ?? node.place, 'model_list has no such name'),
      );
    }
  }
  const settings = {
    ...litellmSettings(sections, fallbacks, reading),
    tokens: litellmTokens({ ...unsupported, general: sections.general }),
  };
  const rules = { ...settings.allowances, deployments: allowances, keyModels: keys };
  return { ...settings, routing: withRetriesOf(models, settings.routing), models, allowances: rules };
}

/** LiteLLM has no bound of its own on attempts: ours must not be below the retries of a deployment. */
export function withRetriesOf<Routing extends { readonly maxAttempts?: number }>(
  models: readonly ModelConfiguration[],
  routing: Routing,
): Routing {
  const most = Math.max(0, ...models.flatMap(({ deployments }) => deployments.map(({ retries = 0 }) => retries)));
  const { maxAttempts = 0 } = routing;
  return maxAttempts > most ? routing : { ...routing, maxAttempts: most + 1 };
}
