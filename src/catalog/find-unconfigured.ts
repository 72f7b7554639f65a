import type { ProviderId } from '../inference/index.ts';
import type { Facts } from './facts.ts';
import type { CatalogInput } from './input.ts';
import { lastSegment, plainName, undated } from './model-name.ts';

/** Where a name that nobody configured can be called, and what it is called there. */
export type Place = { readonly credential: string; readonly upstreamModel: string };

export type Found = { readonly places: readonly Place[]; readonly resolvedBy: string };

type Credential = CatalogInput['credentials'][number];

/** Callers make up names: beyond this nothing is looked up. */
const LONGEST_NAME = 256;

/**
 * `credential/model` or `provider/model`: the upstream knows its own names. A bare name, dated or not: at its maker,
 * else where it is known to be offered, else at an aggregator under the aggregator's spelling.
 */
export function findUnconfigured(
  name: string,
  { credentials, provider }: Pick<CatalogInput, 'credentials' | 'provider'>,
  facts: Facts,
): Found | null {
  if (name.length === 0 || name.length > LONGEST_NAME) return null;
  const isAggregator = ({ provider: id }: Credential): boolean => provider(id)?.aggregator === true;
  const aggregators = credentials.filter(isAggregator);
  const others = credentials.filter((credential) => !isAggregator(credential));
  return (
    found('provider/model', atNamedPlace(name, credentials)) ??
    found('bare name, its maker', atMaker(name, others, provider)) ??
    found('bare name', others.flatMap(offeredAt(name, facts))) ??
    found('bare name, an aggregator', aggregators.flatMap(offeredAt(name, facts))) ??
    found('aggregator', aggregators.flatMap(passedOnBy(name, provider, facts)))
  );
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

/** The maker knows which of its names are good: newer ones than the price list has work on their first day. */
function atMaker(
  name: string,
  credentials: readonly Credential[],
  provider: CatalogInput['provider'],
): readonly Place[] {
  if (name.includes('/')) return [];
  const lower = name.toLowerCase();
  return credentials
    .filter(({ provider: id }) => provider(id)?.makerOf.some((beginning) => lower.startsWith(beginning)))
    .map((credential) => ({ credential: credential.name, upstreamModel: name }));
}

function offeredAt(name: string, facts: Facts): (credential: Credential) => readonly Place[] {
  return ({ name: credential, provider }) => {
    // A path is a name in somebody's list: only the very id will do.
    const known = !name.includes('/') && facts.offers(provider, name);
    const upstreamModel = known ? name : spellingAt(provider, name, facts);
    return upstreamModel === null ? [] : [{ credential, upstreamModel }];
  };
}

/** Their own id for it: with the maker in front, dots for dashes, dated or not. The nearest one wins. */
function spellingAt(provider: ProviderId, name: string, facts: Facts): string | null {
  const [maker, bare] = [name.slice(0, name.lastIndexOf('/') + 1), plainName(lastSegment(name))];
  // `~maker/model` is an alias that moves.
  const ids = facts
    .modelsOf(provider)
    .map(({ id }) => id)
    .filter((id) => id.startsWith(maker) && !id.startsWith('~'));
  const same = (alike: (theirs: string) => boolean): string | null =>
    ids.find((id) => alike(plainName(lastSegment(id)))) ?? null;
  return (
    same((theirs) => theirs === bare) ??
    same((theirs) => theirs === undated(bare)) ??
    same((theirs) => undated(theirs) === bare)
  );
}

/** `maker/model` with a maker that the aggregator has; one whose list is not known may have any. */
function passedOnBy(
  name: string,
  provider: CatalogInput['provider'],
  facts: Facts,
): (credential: Credential) => readonly Place[] {
  const slash = name.indexOf('/');
  return ({ name: credential, provider: id }) => {
    if (slash < 1 || slash === name.length - 1) return [];
    const maker = name.slice(0, slash + 1);
    const has = provider(id)?.pricedAs === null || facts.modelsOf(id).some((model) => model.id.startsWith(maker));
    return has ? [{ credential, upstreamModel: name }] : [];
  };
}
