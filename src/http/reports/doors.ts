import {
  type KeyAdministration,
  type PartyAdministration,
  type PartyRowKind,
  reachOf,
  type VirtualKey,
} from '../../access/index.ts';
import type { ContentDoors } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { type Dimension, NotSummedTogether, type ReportScope } from '../../telemetry/index.ts';

/** What reports are given. */
export type ReportDoors = {
  /** The request log and its sums, where long reads hold nobody up. */
  readonly reports: Database;
  /** Everything settled up to now is in the log when this resolves. */
  readonly drainNow: () => Promise<void>;
  readonly clock: Clock;
  readonly keys: KeyAdministration;
  readonly parties: PartyAdministration;
  /** What calls said, where it is kept. */
  readonly contents: ContentDoors;
};

/** What a caller may see. A key that belongs to a team or an organization sees of its user only what it did itself. */
export function reportScopeOf({ caller }: VirtualKey): ReportScope {
  const reach = reachOf(caller, 'spend.read');
  if (reach === 'everything') return { kind: 'all' };
  const { keyId, userId, teams, organizations, within } = reach;
  const inside = (kind: 'team' | 'organization', ids: readonly string[]): readonly string[] =>
    within === null ? ids : ids.filter((id) => within.kind === kind && within.id === id);
  const of = [
    { dimension: 'key' as const, ids: keyId === null ? [] : [keyId] },
    { dimension: 'user' as const, ids: userId === null || within !== null ? [] : [userId] },
    { dimension: 'team' as const, ids: inside('team', teams) },
    { dimension: 'organization' as const, ids: inside('organization', organizations) },
  ];
  return { kind: 'any', of: of.filter(({ ids }) => ids.length > 0) };
}

/** A report up to now. A database that does not take the journals now may answer all the same. */
export async function reported<T>(doors: ReportDoors, read: () => Promise<T>): Promise<T> {
  await doors.drainNow().catch(() => undefined);
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NotSummedTogether)) throw error;
    throw new GatewayError(
      'invalid_request',
      'Calls are summed by customer and by tag, and not by both at once: leave one of the two out.',
      { param: 'by' },
    );
  }
}

/** What somebody is called, where there is a name beside the id. */
export async function aliasesOf(
  { keys, parties }: Pick<ReportDoors, 'keys' | 'parties'>,
  dimension: Dimension,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (dimension === 'key') {
    const found = await keysOf({ keys }, ids);
    return new Map([...found].map(([id, { caller }]) => [id, caller.keyAlias]));
  }
  const kind = KINDS[dimension];
  const wanted = ids.filter((id) => id !== '');
  if (kind === undefined || wanted.length === 0) return new Map();
  const page = await parties.listParties(kind, { reach: 'everything', ids: wanted }, { page: 1, size: wanted.length });
  return new Map(page.parties.map(({ id, alias, email }) => [id, alias ?? email]));
}

const KINDS: { readonly [Each in Dimension]?: PartyRowKind } = {
  user: 'user',
  team: 'team',
  project: 'project',
  organization: 'organization',
  customer: 'customer',
};

const MOST_KEYS = 1_000;

/** Those in use, by their ids. */
export async function keysOf(
  { keys }: Pick<ReportDoors, 'keys'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, VirtualKey>> {
  const found = await Promise.all(
    ids
      .filter((id) => id !== '' && id !== 'master')
      .slice(0, MOST_KEYS)
      .map((id) => keys.keyInfo(id, 'everything')),
  );
  return new Map(found.flatMap((key) => (key === null ? [] : [[key.id, key] as const])));
}
