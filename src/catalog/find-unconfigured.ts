import type { Facts } from './facts.ts';
import type { CatalogInput } from './input.ts';
import type { Spellings } from './spellings.ts';

/** Where a name that nobody configured can be called, and what it is called there. */
export type Place = { readonly credential: string; readonly upstreamModel: string };

export type Found = { readonly places: readonly Place[]; readonly resolvedBy: string };

type Credential = CatalogInput['credentials'][number];

export type UnconfiguredInput = Pick<CatalogInput, 'credentials' | 'provider'> & {
  readonly facts: Facts;
  readonly spellings: Spellings;
};

/** Callers make up names: beyond this nothing is looked up. */
const LONGEST_NAME = 256;

/**
 * `credential/model` or `provider/model`: the upstream knows its own names. A bare name, dated or not: at its maker,
 * else where it is known to be offered, else at an aggregator under the aggregator's spelling.
 */
export function findUnconfigured(name: string, input: UnconfiguredInput): Found | null {
  if (name.length === 0 || name.length > LONGEST_NAME) return null;
  const { credentials, provider } = input;
  const aggregators = credentials.filter((credential) => provider(credential.provider)?.aggregator === true);
  const makers = credentials.filter((credential) => (provider(credential.provider)?.makerOf ?? []).length > 0);
  const hosts = credentials.filter((credential) => !makers.includes(credential) && !aggregators.includes(credential));
  return (
    found('provider/model', atNamedPlace(name, credentials)) ??
    found('bare name, its maker', atMaker(name, makers, input)) ??
    found('bare name', hosts.flatMap(offeredBy(name, input))) ??
    found('bare name, an aggregator', aggregators.flatMap(spelledBy(name, input)).filter(namesMaker)) ??
    found('aggregator', aggregators.flatMap(passedOnBy(name, input)))
  );
}

/** Aggregators take `maker/model` only; their lists have some names without. */
function namesMaker({ upstreamModel }: Place): boolean {
  return upstreamModel.includes('/');
}

function found(resolvedBy: string, places: readonly Place[]): Found | null {
  return places.length === 0 ? null : { places, resolvedBy };
}

/** A credential of that name, else all of that provider. */
function atNamedPlace(name: string, credentials: readonly Credential[]): readonly Place[] {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return [];
  const [place, upstreamModel] = [name.slice(0, slash), name.slice(slash + 1)];
  const named = credentials.filter((credential) => credential.name === place);
  const chosen = named.length > 0 ? named : credentials.filter((credential) => credential.provider === place);
  return chosen.map((credential) => ({ credential: credential.name, upstreamModel }));
}

/** Names of its own family that it is known to have, with whatever it hangs on them: dates, sizes, `-latest`. */
function atMaker(
  name: string,
  credentials: readonly Credential[],
  { provider, facts, spellings }: UnconfiguredInput,
): readonly Place[] {
  if (name.includes('/')) return [];
  const lower = name.toLowerCase();
  // A fine-tuned one has the name of its base: `ft:gpt-4o-mini:acme::abc`.
  const base = lower.replace(/^ft:/, '');
  const isKnown = ({ provider: id }: Credential): boolean => {
    const models = facts.modelsOf(id);
    // A list that is empty says nothing.
    return models.length === 0 || spellings(id, name) !== null || models.some((model) => extendsName(base, model.id));
  };
  return credentials
    .filter(({ provider: id }) => provider(id)?.makerOf.some((beginning) => lower.startsWith(beginning)))
    .filter(isKnown)
    .map((credential) => ({ credential: credential.name, upstreamModel: name }));
}

/** `gpt-4o-mini-2030-01-01` extends `gpt-4o-mini`; `gpt-4oo` extends nothing and is a slip of the hand. */
function extendsName(name: string, known: string): boolean {
  return name.startsWith(known.toLowerCase()) && /^[-@:._]/.test(name.slice(known.length));
}

function offeredBy(name: string, input: UnconfiguredInput): (credential: Credential) => readonly Place[] {
  const spelled = spelledBy(name, input);
  return (credential) => {
    const places = spelled(credential);
    // A path is a name in somebody's list: only the very id will do.
    if (places.length > 0 || name.includes('/') || !input.facts.offers(credential.provider, name)) return places;
    return [{ credential: credential.name, upstreamModel: name }];
  };
}

function spelledBy(name: string, { spellings }: UnconfiguredInput): (credential: Credential) => readonly Place[] {
  return ({ name: credential, provider }) => {
    const upstreamModel = spellings(provider, name);
    return upstreamModel === null ? [] : [{ credential, upstreamModel }];
  };
}

/** `maker/model` with a maker that the aggregator has; one whose list is not known may have any. */
function passedOnBy(name: string, input: UnconfiguredInput): (credential: Credential) => readonly Place[] {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return () => [];
  const maker = name.slice(0, slash + 1);
  return ({ name: credential, provider }) => {
    const isUnlisted = input.provider(provider)?.pricedAs === null;
    const has = isUnlisted || input.facts.modelsOf(provider).some(({ id }) => id.startsWith(maker));
    return has ? [{ credential, upstreamModel: name }] : [];
  };
}
