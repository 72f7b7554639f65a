import {
  type KeyAdministration,
  type Lent,
  listLent,
  type Party,
  type PartyAdministration,
  type PartyRowKind,
  type Recording,
  termsWith,
  type VirtualKey,
} from '../access/index.ts';
import {
  type Catalog,
  endOverlay,
  type LiveOverlays,
  type Overlay,
  type OverlayChange,
  type OverlayKind,
  putOverlay,
  readOverlays,
} from '../catalog/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Clock, type NanoUsd, nearestNames, randomId } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import { noParty } from './parties.ts';

/** Longer than the worst week, and nobody forgets it for ever. */
export const LONGEST_OVERLAY_MS = 7 * 86_400_000;

export type LentTo = Exclude<PartyRowKind, 'budget'> | 'key';

/** What somebody wants to be otherwise for a while. */
export type AskedOverlay = { readonly reason: string; readonly expiresAtMs: number; readonly by: string } & (
  | { readonly kind: OverlayKind; readonly target: string; readonly change: OverlayChange }
  /** USD on top of every budget of its own. */
  | { readonly kind: LentTo; readonly target: string; readonly nanoUsd: NanoUsd }
);

/** An overlay on what calls are made to, or a budget that is larger for a while. */
export type LaidOverlay =
  | { readonly of: 'deployments'; readonly overlay: Overlay }
  | { readonly of: 'budgets'; readonly lent: Lent };

export type OverlayRooms = {
  readonly database: Database;
  readonly clock: Clock;
  readonly recording: Recording;
  readonly live: LiveOverlays;
  readonly keys: KeyAdministration;
  readonly parties: PartyAdministration;
  readonly catalog: () => Catalog;
  readonly accounts: () => readonly { readonly name: string; readonly provider: string }[];
  /** Tells the other processes of this machine. */
  readonly tell: () => Promise<void>;
};

export type Overlays = {
  readonly list: () => Promise<readonly LaidOverlay[]>;
  /** In the place of one that says the same thing of the same. Throws a GatewayError (400, 404). */
  readonly lay: (asked: AskedOverlay) => Promise<LaidOverlay>;
  /** Throws a GatewayError (404) where there is none of that id. */
  readonly end: (id: string) => Promise<void>;
};

export function openOverlays(rooms: OverlayRooms): Overlays {
  const { database, clock } = rooms;
  return {
    list: async () => {
      const nowMs = clock.nowMs();
      const [overlays, lent] = await Promise.all([readOverlays(database, nowMs), listLent(database, nowMs)]);
      return [
        ...overlays.map((overlay): LaidOverlay => ({ of: 'deployments', overlay })),
        ...lent.map((each): LaidOverlay => ({ of: 'budgets', lent: each })),
      ];
    },
    lay: async (asked) => ('change' in asked ? layOn(asked, rooms) : lend(asked, rooms)),
    end: async (id) => {
      const lent = /^budget:([a-z_]+):([\s\S]+)$/.exec(id);
      if (lent === null) return endOne(id, rooms);
      const [, kind = '', target = ''] = lent;
      await changeIncrease(kind as LentTo, target.replace('/', '\n'), NOBODY, undefined, rooms);
    },
  };
}

/** A budget's overlay has no row of its own: it is named after whose it is. */
export function lentId({ kind, id }: Pick<Lent, 'kind' | 'id'>): string {
  return `budget:${kind}:${id.replace('\n', '/')}`;
}

const NOBODY = 'gateway';

async function layOn(
  { kind, target, change, reason, expiresAtMs, by }: Extract<AskedOverlay, { change: OverlayChange }>,
  rooms: OverlayRooms,
): Promise<LaidOverlay> {
  requireTarget(kind, target, rooms);
  const createdAtMs = rooms.clock.nowMs();
  const id = randomId('overlay');
  const overlay: Overlay = { ...change, id, kind, target, reason, createdBy: by, createdAtMs, expiresAtMs };
  const after = factsOf(overlay);
  await rooms
    .recording([{ action: 'overlay.create', kind: 'overlay', target: id, before: null, after }], null)
    .write(putOverlay(overlay));
  await taken(rooms);
  return { of: 'deployments', overlay };
}

async function endOne(id: string, rooms: OverlayRooms): Promise<void> {
  const { database, clock, recording } = rooms;
  const overlay = (await readOverlays(database, clock.nowMs())).find((each) => each.id === id);
  if (overlay === undefined)
    throw new GatewayError('not_found', `There is no overlay '${id}'.`, { param: 'overlay_id' });
  const before = factsOf(overlay);
  await recording([{ action: 'overlay.delete', kind: 'overlay', target: id, before, after: null }], null).write([
    endOverlay(id, clock.nowMs()),
  ]);
  await taken(rooms);
}

function factsOf({ kind, target, setting, value, reason, expiresAtMs }: Overlay): Readonly<Record<string, unknown>> {
  return { on: kind, name: target, setting, value, reason, expires_at_ms: expiresAtMs };
}

async function taken({ live, tell }: OverlayRooms): Promise<void> {
  await live.refresh();
  await tell();
}

/** A switch on a mistyped name would switch nothing, at the hour at which nobody looks twice. */
function requireTarget(kind: OverlayKind, target: string, { catalog, accounts }: OverlayRooms): void {
  const known = KNOWN[kind](catalog(), accounts());
  if (known.includes(target)) return;
  if ((kind === 'model' || kind === 'deployment') && catalog().resolve(target) !== null) return;
  const nearest = nearestNames(target, known, 3);
  const hint = nearest.length === 0 ? '' : ` Nearest: ${nearest.join(', ')}.`;
  throw new GatewayError('not_found', `There is no ${kind} '${target}'.${hint}`, { param: 'id' });
}

type Accounts = ReturnType<OverlayRooms['accounts']>;

const KNOWN: Readonly<Record<OverlayKind, (catalog: Catalog, accounts: Accounts) => readonly string[]>> = {
  provider: (_, accounts) => [...new Set(accounts.map(({ provider }) => provider))],
  credential: (_, accounts) => accounts.map(({ name }) => name),
  model: (catalog) => catalog.configured().map(({ name }) => name),
  deployment: (catalog) => catalog.configured().flatMap(({ deployments }) => deployments.map(({ id }) => id)),
};

async function lend(
  { kind, target, nanoUsd, reason, expiresAtMs, by }: Extract<AskedOverlay, { nanoUsd: NanoUsd }>,
  rooms: OverlayRooms,
): Promise<LaidOverlay> {
  const increase = { nanoUsd: String(nanoUsd), untilMs: expiresAtMs, ofAll: true as const, reason, by };
  const id = await changeIncrease(kind, target, by, increase, rooms);
  return { of: 'budgets', lent: { ...increase, kind, id } };
}

/** Answers whose it is, by id. */
async function changeIncrease(
  kind: LentTo,
  target: string,
  by: string,
  increase: VirtualKey['terms']['increase'],
  rooms: OverlayRooms,
): Promise<string> {
  const { keys, parties } = rooms;
  if (kind === 'key') {
    const key = await findKey(target, keys);
    const { budgetId } = key.terms;
    const shared = budgetId === undefined ? null : await parties.findParty('budget', budgetId);
    if (increase !== undefined) requireBudgets(termsWith(key, shared).allowance.budgets.length, `key '${target}'`);
    await keys.updateKey(key.id, { terms: (terms) => ({ ...terms, increase }) });
    return key.id;
  }
  const party = await parties.findParty(kind, target);
  if (party === null) throw noParty(kind, target);
  if (increase !== undefined) requireBudgets(await budgetsOf(party, parties), `${kind} '${target.replace('\n', '/')}'`);
  await parties.changeParty(kind, target, by, ({ terms }) => ({ terms: { ...terms, increase } }));
  return target;
}

async function findKey(reference: string, keys: KeyAdministration): Promise<VirtualKey> {
  const known = await keys.keyInfo(reference, 'everything');
  const [named] =
    known === null ? (await keys.listKeys({ reach: 'everything', alias: reference, page: 1, size: 1 })).keys : [known];
  if (named !== undefined) return named;
  throw new GatewayError('not_found', `There is no key '${reference}'.`, { param: 'id' });
}

/** With those that it shares: a budget that it refers to, and of a member those that the team gives. */
async function budgetsOf(party: Party, parties: PartyAdministration): Promise<number> {
  const shared = party.budgetId === null ? null : await parties.findParty('budget', party.budgetId);
  const own = termsWith(party, shared).allowance.budgets.length;
  if (own > 0 || party.kind !== 'member' || party.teamId === null) return own;
  const { memberTerms } = (await parties.findParty('team', party.teamId))?.settings ?? {};
  return memberTerms?.maxBudget === undefined ? (memberTerms?.terms?.budgets?.length ?? 0) : 1;
}

function requireBudgets(count: number, what: string): void {
  if (count > 0) return;
  const why = 'what budgets and defaults of the configuration allow is changed there';
  throw new GatewayError('invalid_request', `The ${what} has no budget of its own to be raised; ${why}.`, {
    param: 'id',
  });
}
