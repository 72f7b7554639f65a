import type { Configuration, CredentialConfiguration, FallbackCause, ModelConfiguration } from '../configuration.ts';
import type { LitellmContext } from '../litellm/litellm-deployment.ts';
import { FALLBACK_CAUSES } from '../litellm/litellm-fallbacks.ts';
import { withRetriesOf } from '../litellm/litellm-file.ts';
import { addEntry, type LitellmGroup, modelsOfGroups, nameIn } from '../litellm/litellm-models.ts';
import type { ConfigurationNode } from '../reading/configuration-node.ts';
import { Reading } from '../reading/reading.ts';
import { CredentialBook, type ProviderVariables } from '../settings/credential-book.ts';
import { cycleMessage, fallbackCycles } from '../settings/fallback-cycles.ts';
import { credentialFaultOf } from './credential-fault.ts';
import { environmentFault, withoutUsualVariable } from './environment-fault.ts';
import { storedCredentials } from './stored-credentials.ts';
import type { StoredCredential, StoredDeployment, StoredFallback, StoredGroup, StoredModels } from './stored-models.ts';
import { valueNode } from './value-node.ts';

/** What became of an entry. */
export type StoredVerdict = {
  /** Values of the wrong kind, each `litellm_params.rpm: expected …`. */
  readonly faults: readonly string[];
  /** Why nothing is sent there; null: it is on. */
  readonly off: string | null;
  /** What of it is not honoured. */
  readonly notices: readonly string[];
};

export type StoredReading = {
  /** The file's, with what the database has beside it. */
  readonly configuration: Configuration;
  /** By the entry's id. */
  readonly deployments: ReadonlyMap<string, StoredVerdict>;
  /** Of fallbacks that go round in a circle. */
  readonly cycles: readonly string[];
};

export type StoredReadingOptions = {
  readonly providers: readonly ProviderVariables[];
  /** Why nothing can be sent by a credential with these headers, or may not, if it came over the API; null: it may. */
  readonly refusal: (credential: CredentialConfiguration, headers: Readonly<Record<string, string>>) => string | null;
};

/** Messages name the entry's own fields: the place is left out of them. */
const PLACE = { file: 'api', line: 1, column: 1 };
const BY_API = 'the API';

/**
 * Lays what was made over the API beside what the file says, which wins. An entry that cannot be read is off, and says
 * so: one that was written by another version must not keep the others from their work.
 */
export function readStored(file: Configuration, stored: StoredModels, options: StoredReadingOptions): StoredReading {
  const reading = new Reading({}, '/');
  const book = new CredentialBook(options.providers, reading);
  for (const credential of file.credentials) book.add(credential);
  const context = contextOf(file, stored, book, reading);
  const groups = new Map<string, LitellmGroup>();
  const used = new Set<string>();
  const around = { file, groups, used, context, options, stored: byName(stored) };
  const verdicts = new Map(
    stored.deployments.map((deployment, index) => [deployment.id, readOne(deployment, index, around)]),
  );
  const read = modelsOfGroups(groups, null, { of: () => ({}) }, context);
  const models = withGroups([...file.models, ...read.models.map(byApi)], stored.groups);
  const fallbacks = withFallbacks(models, stored.fallbacks);
  const added = book.all.filter(({ name, origin }) => origin === 'api' && used.has(name));
  const { allowances } = file;
  return {
    configuration: {
      ...file,
      credentials: [...book.all.filter(({ origin }) => origin !== 'api'), ...added],
      models: fallbacks.models,
      routing: withRetriesOf(read.models, file.routing),
      allowances: {
        ...allowances,
        deployments: { ...read.allowances, ...allowances.deployments },
        keyModels: { ...read.keys, ...allowances.keyModels },
      },
    },
    deployments: verdicts,
    cycles: fallbacks.cycles,
  };
}

function contextOf(file: Configuration, stored: StoredModels, book: CredentialBook, reading: Reading): LitellmContext {
  const { source, routing } = file;
  return {
    reading,
    accepted: [],
    book,
    credentials: storedCredentials(book, reading),
    credentialList: new Map(stored.credentials.map(({ name, values }) => [name, valueNode(values, PLACE)])),
    // In a LiteLLM file they are shares unless its strategy says otherwise; in ours they are what they say.
    ratesAreLimits: source.schema !== 'litellm' || routing.strategy === 'usage',
    defaultParallel: null,
    defaultParams: null,
    networkMock: false,
  };
}

function byApi(model: ModelConfiguration): ModelConfiguration {
  return { ...model, at: BY_API, deployments: model.deployments.map((each) => ({ ...each, at: BY_API })) };
}

function byName({ credentials }: StoredModels): ReadonlyMap<string, StoredCredential> {
  return new Map(credentials.map((credential) => [credential.name, credential]));
}

type Surroundings = {
  readonly stored: ReadonlyMap<string, StoredCredential>;
  readonly file: Configuration;
  readonly groups: Map<string, LitellmGroup>;
  /** Names of the credentials that those which are on go out by. */
  readonly used: Set<string>;
  readonly context: LitellmContext;
  readonly options: StoredReadingOptions;
};

function readOne(deployment: StoredDeployment, index: number, around: Surroundings): StoredVerdict {
  const { context, options } = around;
  const { book, reading } = context;
  const entry = entryOf(deployment, around);
  const off = (reason: string): StoredVerdict => ({ faults: [], off: reason, notices: [] });
  const before = offBefore(deployment, entry, around);
  if (before !== null) return off(before);
  const [faultsFrom, noticesFrom] = [reading.faults.length, reading.notices.length];
  // Apart from the others, until it is known to be sound.
  const apart = new Map<string, LitellmGroup>();
  const read = addEntry(apart, entry, index, context);
  const plain = (text: string): string => plainly(text, index, String(nameIn(entry)));
  const faults = reading.faults.slice(faultsFrom).map(({ message }) => plain(message));
  const notices = reading.notices.slice(noticesFrom);
  const credential = read === null ? null : book.get(read.credential);
  const refused = credential === null || read === null ? null : options.refusal(credential, read.headers);
  const isOff = faults.length > 0 || refused !== null || read === null;
  for (const [name, { place, deployments }] of apart) {
    const group = around.groups.get(name) ?? { place, deployments: [] };
    around.groups.set(name, group);
    if (!isOff) group.deployments.push(...deployments);
  }
  if (!isOff) around.used.add(read.credential);
  const reason = read === null ? notices.pop() : undefined;
  return {
    faults,
    off: refused ?? (reason === undefined ? null : plain(reason)),
    notices: notices.map(plain),
  };
}

function entryOf({ id, model, params, info }: StoredDeployment, { context }: Surroundings): ConfigurationNode {
  // After its id the credential is named that it brings, so that others coming and going do not change that. No
  // credential that anybody defines is called so.
  const named = { litellm_credential_name: `api:${id}`, ...withoutUsualVariable(params, context.book) };
  return valueNode({ model_name: model, litellm_params: named, model_info: { ...info, id } }, PLACE);
}

/** Why it is off before anybody reads it. */
function offBefore(
  { id, params }: StoredDeployment,
  entry: ConfigurationNode,
  { file, stored, context }: Surroundings,
): string | null {
  const name = nameIn(entry);
  const defined = file.models.find((model) => model.name === name);
  if (defined !== undefined) return `the file defines '${defined.name}' (${defined.at})`;
  const twin = file.models.flatMap(({ deployments }) => deployments).find((deployment) => deployment.id === id);
  if (twin !== undefined) return `the file has a deployment of the id '${id}' (${twin.at})`;
  return environmentFault(params, context.book) ?? credentialFaultOf(params, stored, context.book);
}

/** Without the place that it does not have, and without what only the start of the program knows. */
function plainly(text: string, index: number, model: string): string {
  return text
    .replaceAll(`model_list[${index}].`, '')
    .replaceAll(/ \(api:1(?::1)?\)/g, '')
    .replace(`${model} is off: `, '')
    .replace(/; to start without it: .*$/, '');
}

function withGroups(models: readonly ModelConfiguration[], groups: readonly StoredGroup[]): ModelConfiguration[] {
  return models.map((model) => {
    const added = groups.filter((group) => group.models.includes(model.name)).map(({ name }) => name);
    return added.length === 0 ? model : { ...model, accessGroups: [...new Set([...model.accessGroups, ...added])] };
  });
}

/** Those that would make a circle are left out, and told. */
function withFallbacks(
  models: readonly ModelConfiguration[],
  fallbacks: readonly StoredFallback[],
): { readonly models: readonly ModelConfiguration[]; readonly cycles: readonly string[] } {
  const all = fallbacks.reduce(withOne, models);
  if (fallbacks.length === 0 || fallbackCycles(all).length === 0) return { models: all, cycles: [] };
  // One by one, to find out which: looking for circles takes the square of the models each time.
  const cycles: string[] = [];
  let result = models;
  for (const fallback of fallbacks) {
    const next = withOne(result, fallback);
    const [cycle] = fallbackCycles(next);
    if (cycle === undefined) result = next;
    else cycles.push(cycleMessage(cycle));
  }
  return { models: result, cycles };
}

function withOne(models: readonly ModelConfiguration[], fallback: StoredFallback): readonly ModelConfiguration[] {
  return models.map((model) => (model.name === fallback.model ? withFallback(model, fallback) : model));
}

function withFallback(model: ModelConfiguration, { type, targets }: StoredFallback): ModelConfiguration {
  const causes: readonly FallbackCause[] = FALLBACK_CAUSES[type];
  return {
    ...model,
    fallbacks: { ...Object.fromEntries(causes.map((cause) => [cause, targets])), ...model.fallbacks },
  };
}
