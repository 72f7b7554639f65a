import { createHash, type KeyObject } from 'node:crypto';
import type { Clock } from '../../std/index.ts';
import { type Database, DatabaseError, type Statement } from '../../store/index.ts';
import { RAISE } from '../change-counter.ts';
import { newPublicId, newSecret } from '../key-format.ts';
import { kindOf } from '../key-kind.ts';
import type { KeyRing } from '../key-ring.ts';
import { insertions, updateOf } from '../parties/party-store.ts';
import { removals } from '../parties/removals.ts';
import { type AccessChange, keyFacts, partyFacts, type Recording } from '../recording.ts';
import { storedHash } from '../secrets/secret-key.ts';
import { type VirtualKey, virtualKeyOf } from '../virtual-key.ts';
import type { Desired } from './desired.ts';
import * as store from './managed-store.ts';
import {
  CONFIGURATION,
  type IsNamed,
  type KeyStep,
  type PartyStep,
  type Reconciling,
  reconciling,
} from './reconciliation.ts';

/** A key that was made because nothing is said of its secret. */
export type MadeKey = { readonly name: string; readonly id: string; readonly secret: string };

export type Reconciled =
  | {
      readonly outcome: 'reconciled';
      readonly steps: Reconciling;
      /** Their secrets are kept nowhere. */
      readonly made: readonly MadeKey[];
      /** Who changed something last, by another configuration than this one; null: nobody. */
      readonly other: store.Reconciliation | null;
    }
  | { readonly outcome: 'faulty'; readonly faults: readonly string[] };

export type Reconciler = {
  /** All of it in one transaction, or nothing. */
  readonly reconcile: (desired: Desired) => Promise<Reconciled>;
};

export type PlanOptions = Pick<ReconcilerOptions, 'database' | 'clock' | 'isNamed'> & { readonly pepper: KeyObject };

export type ReconcilerOptions = {
  readonly database: Database;
  readonly ring: Pick<KeyRing, 'hashOf' | 'hashOfInner'>;
  readonly clock: Clock;
  readonly recording: Recording;
  readonly isNamed: IsNamed;
  /** What tells this instance from others that share the database. */
  readonly instance: string;
  /** Takes the change over in this process and tells the others. */
  readonly changed: () => Promise<void>;
};

/** Somebody changed somebody at the same moment, so often: all of it is worked out again each time. */
const MAX_DRAWS = 20;

/** What `reconcile` would do. Nothing is written. */
export async function planReconciliation(desired: Desired, { pepper, ...options }: PlanOptions): Promise<Reconciling> {
  const ring = { hashOfInner: (inner: string): string => storedHash(pepper, inner) };
  return (await read(desired, { ...options, ring })).steps;
}

type ReadOptions = Omit<PlanOptions, 'pepper'> & { readonly ring: Pick<KeyRing, 'hashOfInner'> };

async function read(desired: Desired, { database, ring, clock, isNamed }: ReadOptions) {
  const stored = await store.readStored(database, desired, ring.hashOfInner);
  return { stored, steps: reconciling(desired, stored, ring.hashOfInner, isNamed, clock.nowMs()) };
}

export function openReconciler(options: ReconcilerOptions): Reconciler {
  const { database, changed } = options;
  return {
    reconcile: async (desired) => {
      const digest = digestOf(desired);
      for (let draw = 1; ; draw++) {
        const { stored, steps } = await read(desired, options);
        if (steps.faults.length > 0) return { outcome: 'faulty', faults: steps.faults };
        const last = await store.lastReconciliation(database);
        const other = last === null || last.digest === digest ? null : last;
        if (steps.parties.length + steps.keys.length === 0)
          return { outcome: 'reconciled', steps, made: [], other: null };
        const made = await write(steps, stored.seq, digest, options).catch(async (error: unknown) => {
          if (draw === MAX_DRAWS || !(error instanceof DatabaseError)) throw error;
          return null;
        });
        if (made === null) continue;
        await changed();
        return { outcome: 'reconciled', steps, made, other };
      }
    },
  };
}

/** The same on every machine that has the same configuration, wherever its file stands. */
function digestOf({ parties, keys }: Desired): string {
  const said = [
    parties.map(({ kind, id, facts }) => [kind, id, facts]),
    keys.map(({ name, facts, secret }) => [name, facts, secret?.inner ?? null]),
  ];
  return createHash('sha256').update(JSON.stringify(said, amounts)).digest('hex');
}

function amounts(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

type Written = { readonly statements: readonly Statement[]; readonly change: AccessChange | null };

async function write(
  { parties, keys }: Reconciling,
  seq: number,
  digest: string,
  { database, ring, clock, recording, instance }: ReconcilerOptions,
): Promise<readonly MadeKey[]> {
  const nowMs = clock.nowMs();
  const made: MadeKey[] = [];
  // An alias, or a secret, is free for the next one when its key is gone.
  const ordered = [...keys].sort((one, other) => Number(freesNothing(one)) - Number(freesNothing(other)));
  const written = [
    ...ordered.map((step) => keyWritten(step, ring.hashOf, made, nowMs)),
    ...parties.map((step) => partyWritten(step, nowMs)),
  ];
  const changes = written.flatMap(({ change }) => change ?? []);
  await recording(changes, null).write([
    RAISE,
    store.unlessChanged(seq, { atMs: nowMs, digest, instance }, database.kind),
    ...written.flatMap(({ statements }) => statements),
  ]);
  return made;
}

function freesNothing({ verb, after }: KeyStep): boolean {
  return verb !== 'delete' && after?.keyAlias !== null;
}

function partyWritten({ verb, kind, name, at, before, after }: PartyStep, nowMs: number): Written {
  const row = { kind, name, id: name, place: at };
  const change: AccessChange = {
    action: `${kind}.${verb}`,
    kind,
    target: name.replace('\n', '/'),
    before: before === null ? null : partyFacts(before),
    after: after === null ? null : partyFacts(after),
  };
  if (verb === 'delete') {
    const ending = before === null ? [] : after === null ? removals(kind, [name], nowMs) : [updateOf(after)];
    return { statements: [...ending, store.letGo(row, nowMs)], change: before === null ? null : change };
  }
  if (after === null) throw new TypeError('somebody is made or changed to nothing');
  const statements = [...(before === null ? insertions(after) : [updateOf(after)]), store.keepManaged(row)];
  return { statements, change: verb === 'move' ? null : change };
}

function keyWritten(
  { verb, name, at, before, after, hash, hint, isTaken }: KeyStep,
  hashOf: KeyRing['hashOf'],
  made: MadeKey[],
  nowMs: number,
): Written {
  const change = (id: string, now: VirtualKey | null): AccessChange => ({
    action: `key.${verb}`,
    kind: 'key',
    target: id,
    before: before === null || before.revokedAtMs !== null ? null : keyFacts(before),
    after: now === null ? null : { ...keyFacts(now), ...rotated(before, now) },
  });
  if (after === null) {
    const row = { kind: 'key', name } as const;
    if (before === null) return { statements: [store.letGo(row, nowMs)], change: null };
    const { managedAt: _, ...terms } = before.terms;
    const revoked = virtualKeyOf({ ...before, terms, revokedAtMs: nowMs });
    const statements = [...store.putKey(revoked, before, nowMs), store.letGo(row, nowMs)];
    return { statements, change: change(before.id, null) };
  }
  const id = before?.id ?? newPublicId();
  const secret = hash === null && before === null ? newSecret(id) : null;
  if (secret !== null) made.push({ name, id, secret });
  const { keyAlias, userId, teamId, projectId, organizationId, models, aliases, ...facts } = after;
  const who = { keyAlias, userId, teamId, projectId, organizationId, models, aliases };
  const stored = secret === null ? (hash ?? before?.hash ?? '') : hashOf(secret);
  const key = virtualKeyOf({
    ...facts,
    caller: { kind: kindOf(facts.terms), keyId: id, keyHash: stored, furtherModels: [], ...who },
    id,
    hash: stored,
    hint: secret?.slice(-4) ?? (hash === null || hash === before?.hash ? (before?.hint ?? hint) : hint),
    createdAtMs: before?.createdAtMs ?? nowMs,
    createdBy: before?.createdBy ?? CONFIGURATION,
    revokedAtMs: null,
  });
  // One that only gives up its alias is nobody's here.
  const isAside = isTaken && keyAlias === null;
  const kept = isAside ? [] : [store.keepManaged({ kind: 'key', name, id, place: at })];
  return {
    statements: [...store.putKey(key, before, nowMs), ...kept],
    change: verb === 'move' ? null : change(id, key),
  };
}

function rotated(before: VirtualKey | null, now: VirtualKey): Readonly<Record<string, unknown>> {
  return before === null || before.hash === now.hash ? {} : { rotated: { grace_until_ms: 0 } };
}
