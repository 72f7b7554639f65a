import type { KeyAdministration, PartyAdministration, PartyRowKind, VirtualKey } from '../../access/index.ts';
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
};

/** What a caller may see: everything, or what was done with the key itself. */
export function reportScopeOf({ caller }: VirtualKey): ReportScope {
  if (caller.kind === 'master') return { kind: 'all' };
  return { kind: 'any', of: [{ dimension: 'key', ids: [caller.keyId] }] };
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
  const page = await parties.listParties(kind, { ids: wanted }, { page: 1, size: wanted.length });
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
      .map((id) => keys.keyInfo(id, { kind: 'all' })),
  );
  return new Map(found.flatMap((key) => (key === null ? [] : [[key.id, key] as const])));
}
