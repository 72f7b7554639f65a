import { type Clock, fewAtATime, type NanoUsd } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import { isCustomSecret, newPublicId, newSecret } from './key-format.ts';
import { kindOf } from './key-kind.ts';
import { type AliasPage, type KeyPage, type KeyPageAsked, listAliasPage, listKeyPage } from './key-list.ts';
import type { KeyRing } from './key-ring.ts';
import type { KeyTerms } from './key-terms.ts';
import { openAliasBook } from './listing/alias-book.ts';
import { governedOfKey, isSame, refuseManaged } from './managed/governed.ts';
import { isInView, type KeyView, listView } from './management-keys.ts';
import { type AccessChange, keyChanged, keyFacts, keyFactsWith, type Recording, unrecorded } from './recording.ts';
import { ownersOfKey } from './roles/owners.ts';
import { covers, type Reach } from './roles/reach.ts';
import { type VirtualKey, virtualKeyOf } from './virtual-key.ts';
import * as store from './virtual-key-store.ts';

export type NewKey = {
  /** A key of the caller's own making: `sk-` and 13 more characters at least. */
  readonly secret?: string | undefined;
  readonly alias?: string | null | undefined;
  readonly userId?: string | null | undefined;
  readonly teamId?: string | null | undefined;
  readonly projectId?: string | null | undefined;
  readonly organizationId?: string | null | undefined;
  /** Names and `prefix*` patterns; empty: all. */
  readonly models?: readonly string[] | undefined;
  /** By the name that is asked for, the model that is meant. */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly maxBudgetNanoUsd?: NanoUsd | null | undefined;
  readonly rpmLimit?: number | null | undefined;
  readonly terms?: KeyTerms | undefined;
  readonly expiresAtMs?: number | null | undefined;
  readonly blocked?: boolean | undefined;
  /** The id of the key that makes it. */
  readonly createdBy: string;
};

/** `secret` is shown once and kept nowhere. */
export type CreatedKey = { readonly outcome: 'created'; readonly secret: string; readonly key: VirtualKey };
export type NotCreated = { readonly outcome: 'malformed' | 'key_taken' | 'alias_taken' };

/** What is undefined stays as it is. */
export type KeyChanges = Omit<NewKey, 'secret' | 'createdBy' | 'terms' | 'metadata'> & {
  /** The terms as they are to be, from those that are. */
  readonly terms?: ((before: KeyTerms) => KeyTerms) | undefined;
  readonly metadata?: ((before: VirtualKey['metadata']) => VirtualKey['metadata']) | undefined;
};

export type KeyRotation = {
  /** Of the caller's own making; left out: a new one is made. */
  readonly secret?: string | undefined;
  /** How long the secret until now goes on working; 0: it and all before it end at once. */
  readonly graceMs: number;
  readonly changes: KeyChanges;
};

/** `secret` is shown once and kept nowhere. */
export type RotatedKey = { readonly outcome: 'rotated'; readonly secret: string; readonly key: VirtualKey };
export type NotRotated = { readonly outcome: 'not_found' | 'malformed' | 'key_taken' | 'alias_taken' };

/** Throws where a key is not to become another one; called with it as it stands when it is written. */
export type Approve = (before: VirtualKey, after: VirtualKey) => void;

export type UpdatedKey = { readonly outcome: 'updated'; readonly key: VirtualKey };
export type NotUpdated = { readonly outcome: 'not_found' | 'alias_taken' };

export type KeyAdministration = {
  readonly createKey: (input: NewKey) => Promise<CreatedKey | NotCreated>;
  /** By key, id, token or alias. Answers those that were in use until now, as they were named. */
  readonly revokeKeys: (references: readonly string[], reach: Reach) => Promise<readonly string[]>;
  readonly revokeKeysByAlias: (aliases: readonly string[], reach: Reach) => Promise<readonly string[]>;
  /** By key, id or token. */
  readonly updateKey: (reference: string, changes: KeyChanges, approve?: Approve) => Promise<UpdatedKey | NotUpdated>;
  /** By key, id or token. The key stays what it is: its id, its budgets, what it has spent; its secret is another. */
  readonly rotateKey: (reference: string, rotation: KeyRotation, approve?: Approve) => Promise<RotatedKey | NotRotated>;
  /** Answers the key as it now is; null: there is none in use. */
  readonly setBlocked: (reference: string, blocked: boolean) => Promise<VirtualKey | null>;
  /** By key, id or token; in use. What is out of reach is as good as not there. */
  readonly keyInfo: (reference: string, reach: Reach) => Promise<VirtualKey | null>;
  /** Keys in use, newest first; `page` counts from 1. */
  readonly listKeys: (asked: KeyPageAsked) => Promise<KeyPage>;
  readonly listAliases: (asked: KeyPageAsked) => Promise<AliasPage>;
  /** By what is stored of it. */
  readonly findInView: (hash: string, view: KeyView) => Promise<VirtualKey | null>;
  /** Keys in use, newest first. */
  readonly listView: (view: KeyView, page: Parameters<typeof listView>[2]) => Promise<readonly VirtualKey[]>;
  /** How many keys in use each of the users has; those without any are not in it. */
  readonly countKeysOfUsers: (userIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly countKeysOfBudget: (budgetId: string) => Promise<number>;
  /** Called after this process changed a key, before the change is answered: for telling the other processes. */
  readonly onChange: (listener: () => void | Promise<void>) => void;
};

const HEX_64 = /^[0-9a-f]{64}$/;
const PUBLIC_ID = /^[0-9A-Za-z]{6}$/;
const MAX_ID_DRAWS = 5;

/** A change is in this process's ring before its promise resolves. */
export function createKeyAdministration(options: {
  readonly database: Database;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** Left out: nobody keeps a record of changes. */
  readonly recording?: Recording;
}): KeyAdministration {
  const { database, ring, clock, recording = unrecorded(database) } = options;
  const listeners: (() => void | Promise<void>)[] = [];
  const changed = async (): Promise<void> => {
    await ring.refresh();
    await Promise.all(listeners.map((listener) => listener()));
  };
  const atHand = { aliases: openAliasBook(database), countInUse: () => (ring.isComplete() ? ring.size() : null) };
  const find = (reference: string): Promise<VirtualKey | null> => findInUse(database, ring, clock, reference);
  const revoke = async (named: readonly (readonly [string, VirtualKey | null])[]): Promise<readonly string[]> => {
    const keys = new Map(named.flatMap(([, key]) => (key === null ? [] : [[key.id, key] as const])));
    if (keys.size === 0) return [];
    for (const key of keys.values()) refuseManaged(wordsOf(key), key.terms.managedAt);
    const changes = [...keys.values()].map((key) => changeOf('key.delete', key.id, keyFacts(key), null));
    const revoked = await store.revokeKeysById(recording(changes, null), [...keys.keys()], clock.nowMs());
    await changed();
    return named.filter(([, key]) => key !== null && revoked.includes(key.id)).map(([name]) => name);
  };
  return {
    createKey: async (input) => {
      const created = await insert({ database, recording }, ring, input, clock.nowMs());
      if (created.outcome === 'created') await changed();
      return created;
    },
    revokeKeys: async (references, reach) =>
      revoke(await pairUp(references, async (reference) => inReach(reach, await find(reference), ring))),
    revokeKeysByAlias: async (aliases, reach) =>
      revoke(await pairUp(aliases, async (alias) => inReach(reach, await store.findKeyByAlias(database, alias), ring))),
    updateKey: async (reference, changes, approve) => {
      const updated = await update({ database, recording, find, clock, approve }, reference, changes);
      if (updated.outcome === 'updated') await changed();
      return updated;
    },
    rotateKey: async (reference, rotation, approve) => {
      const rotated = await rotate({ database, recording, ring, find, clock, approve }, reference, rotation);
      if (rotated.outcome === 'rotated') await changed();
      return rotated;
    },
    setBlocked: async (reference, blocked) => {
      const updated = await update({ database, recording, find, clock }, reference, { blocked });
      if (updated.outcome !== 'updated') return null;
      await changed();
      return updated.key;
    },
    keyInfo: async (reference, reach) => inReach(reach, await find(reference), ring),
    listKeys: (asked) => listKeyPage(database, asked, atHand),
    listAliases: (asked) => listAliasPage(database, asked),
    findInView: async (hash, view) => {
      const key = await store.findKeyByHash(database, hash, clock.nowMs());
      return key !== null && isInView(key, view, ring.party) ? key : null;
    },
    listView: (view, page) => listView(database, view, page),
    countKeysOfUsers: (userIds) => store.countKeysOfUsers(database, userIds),
    countKeysOfBudget: (budgetId) => store.countKeysOfBudget(database, budgetId),
    onChange: (listener) => void listeners.push(listener),
  };
}

function inReach(reach: Reach, key: VirtualKey | null, ring: KeyRing): VirtualKey | null {
  return key !== null && covers(reach, ownersOfKey(key.caller, ring), true) ? key : null;
}

function pairUp(
  names: readonly string[],
  find: (name: string) => Promise<VirtualKey | null>,
): Promise<readonly (readonly [string, VirtualKey | null])[]> {
  return fewAtATime([...new Set(names)], async (name) => [name, await find(name)] as const);
}

/** A key, our token (what is stored), LiteLLM's token (the plain sha256), or a public id. */
async function findInUse(
  database: Database,
  ring: KeyRing,
  clock: Clock,
  reference: string,
): Promise<VirtualKey | null> {
  const nowMs = clock.nowMs();
  let key: VirtualKey | null = null;
  if (PUBLIC_ID.test(reference)) key = await store.findKeyById(database, reference);
  else if (HEX_64.test(reference)) {
    key =
      (await store.findKeyByHash(database, reference, nowMs)) ??
      (await store.findKeyByHash(database, ring.hashOfInner(reference), nowMs));
  } else if (reference.startsWith('sk-')) key = await store.findKeyByHash(database, ring.hashOf(reference), nowMs);
  return key;
}

async function insert(
  { database, recording }: Pick<Changing, 'database' | 'recording'>,
  ring: KeyRing,
  input: NewKey,
  nowMs: number,
): Promise<CreatedKey | NotCreated> {
  if (input.secret !== undefined && !isCustomSecret(input.secret)) return { outcome: 'malformed' };
  for (let draw = 1; ; draw++) {
    const id = newPublicId();
    const secret = input.secret ?? newSecret(id);
    const key = newKey(input, id, ring.hashOf(secret), secret.slice(-4), nowMs);
    const change = changeOf('key.create', id, null, keyFacts(key));
    if (await store.insertKey(recording([change], keyChanged(id)), key)) return { outcome: 'created', secret, key };
    const { keyAlias } = key.caller;
    if (keyAlias !== null && (await store.findKeyByAlias(database, keyAlias)) !== null)
      return { outcome: 'alias_taken' };
    if (input.secret !== undefined && (await store.findKeyByHash(database, key.hash, nowMs)) !== null) {
      return { outcome: 'key_taken' };
    }
    // What is left is the public id: six letters meet another's now and then.
    if (draw === MAX_ID_DRAWS) throw new Error('no free public id was found for a key');
  }
}

function changeOf(
  action: string,
  target: string,
  before: AccessChange['before'],
  after: AccessChange['after'],
): AccessChange {
  return { action, kind: 'key', target, before, after };
}

type Changing = {
  readonly database: Database;
  readonly recording: Recording;
  readonly find: (reference: string) => Promise<VirtualKey | null>;
  readonly clock: Clock;
  readonly approve?: Approve | undefined;
};

/** Two at once: the one that comes second is worked out again from what the first one left. */
async function update(
  { database, recording, find, clock, approve }: Changing,
  reference: string,
  changes: KeyChanges,
): Promise<UpdatedKey | NotUpdated> {
  for (let draw = 1; draw <= MAX_ID_DRAWS; draw++) {
    const key = await find(reference);
    if (key === null) return { outcome: 'not_found' };
    approve?.(key, keyWith(key, changes));
    if (await isAliasTaken(database, key, changes)) return { outcome: 'alias_taken' };
    refuseGoverned(key, changes);
    const columns = columnsOf(key, changes, clock);
    const facts = keyFacts(key);
    const change = changeOf('key.change', key.id, facts, keyFactsWith(facts, columns));
    if (!(await store.updateKey(recording([change], keyChanged(key.id)), key.id, columns, beforeOf(key)))) continue;
    const now = await store.findKeyById(database, key.id);
    return now === null ? { outcome: 'not_found' } : { outcome: 'updated', key: now };
  }
  throw new Error('a key is changed by others all the time');
}

async function rotate(
  { database, recording, ring, find, clock, approve }: Changing & { readonly ring: KeyRing },
  reference: string,
  { secret: brought, graceMs, changes }: KeyRotation,
): Promise<RotatedKey | NotRotated> {
  if (brought !== undefined && !isCustomSecret(brought)) return { outcome: 'malformed' };
  for (let draw = 1; draw <= MAX_ID_DRAWS; draw++) {
    const key = await find(reference);
    if (key === null) return { outcome: 'not_found' };
    approve?.(key, keyWith(key, changes));
    refuseManaged(wordsOf(key), key.terms.managedAt);
    if (await isAliasTaken(database, key, changes)) return { outcome: 'alias_taken' };
    const secret = brought ?? newSecret(key.id);
    const nowMs = clock.nowMs();
    const rotation = { hash: ring.hashOf(secret), hint: secret.slice(-4), nowMs, graceUntilMs: nowMs + graceMs };
    const columns = columnsOf(key, changes, clock);
    const facts = keyFacts(key);
    const after = { ...keyFactsWith(facts, columns), rotated: { grace_until_ms: rotation.graceUntilMs } };
    const recorded = recording([changeOf('key.change', key.id, facts, after)], keyChanged(key.id));
    if (await store.rotateKey(recorded, key.id, columns, beforeOf(key), rotation)) {
      const now = await store.findKeyById(database, key.id);
      return now === null ? { outcome: 'not_found' } : { outcome: 'rotated', secret, key: now };
    }
    if ((await store.findKeyByHash(database, rotation.hash, nowMs)) !== null) return { outcome: 'key_taken' };
  }
  throw new Error('a key is changed by others all the time');
}

function wordsOf({ id, caller }: VirtualKey): string {
  return `key '${caller.keyAlias ?? id}'`;
}

/** What is spent and what is lent for a while may be said of a key that the configuration has. */
function refuseGoverned(key: VirtualKey, changes: KeyChanges): void {
  const { managedAt } = key.terms;
  if (managedAt === undefined) return;
  if (!isSame(governedOfKey(key), governedOfKey(keyWith(key, changes)))) refuseManaged(wordsOf(key), managedAt);
}

/** As it is after the changes. */
function keyWith(key: VirtualKey, { alias, terms, metadata, ...changes }: KeyChanges): VirtualKey {
  const { caller } = key;
  const after = terms?.(key.terms) ?? key.terms;
  const { userId, teamId, projectId, organizationId, models = caller.models, aliases = caller.aliases } = changes;
  const cleaned = (asked: string | null | undefined, before: string | null): string | null =>
    asked === undefined ? before : clean(asked);
  return virtualKeyOf({
    ...key,
    caller: {
      ...caller,
      kind: kindOf(after),
      allowedRoutes: after.allowedRoutes,
      keyAlias: cleaned(alias, caller.keyAlias),
      userId: cleaned(userId, caller.userId),
      teamId: cleaned(teamId, caller.teamId),
      projectId: cleaned(projectId, caller.projectId),
      organizationId: cleaned(organizationId, caller.organizationId),
      models,
      aliases,
    },
    metadata: metadata?.(key.metadata) ?? key.metadata,
    terms: after,
    maxBudgetNanoUsd: changes.maxBudgetNanoUsd === undefined ? key.maxBudgetNanoUsd : changes.maxBudgetNanoUsd,
    rpmLimit: changes.rpmLimit === undefined ? key.rpmLimit : changes.rpmLimit,
    expiresAtMs: changes.expiresAtMs === undefined ? key.expiresAtMs : changes.expiresAtMs,
    blocked: changes.blocked ?? key.blocked,
  });
}

async function isAliasTaken(database: Database, key: VirtualKey, { alias }: KeyChanges): Promise<boolean> {
  const wanted = clean(alias);
  const other = wanted === null ? null : await store.findKeyByAlias(database, wanted);
  return other !== null && other.id !== key.id;
}

function beforeOf({ hash, terms, metadata }: VirtualKey): store.KeyBefore {
  return { hash, terms: JSON.stringify(terms), metadata: JSON.stringify(metadata) };
}

function columnsOf(key: VirtualKey, changes: KeyChanges, clock: Clock): store.KeyColumns {
  const { alias, userId, teamId, projectId, organizationId, models, aliases, metadata, blocked, terms } = changes;
  return {
    alias: alias === undefined ? undefined : clean(alias),
    user_id: userId === undefined ? undefined : clean(userId),
    team_id: teamId === undefined ? undefined : clean(teamId),
    project_id: projectId === undefined ? undefined : clean(projectId),
    organization_id: organizationId === undefined ? undefined : clean(organizationId),
    models: models === undefined ? undefined : JSON.stringify(models),
    aliases: aliases === undefined ? undefined : JSON.stringify(aliases),
    metadata: metadata === undefined ? undefined : JSON.stringify(metadata(key.metadata)),
    max_budget_nano: changes.maxBudgetNanoUsd,
    rpm_limit: changes.rpmLimit,
    expires_at_ms: changes.expiresAtMs,
    blocked: blocked === undefined ? undefined : Number(blocked),
    terms: terms === undefined ? undefined : JSON.stringify(terms(key.terms)),
    updated_at_ms: clock.nowMs(),
  };
}

/** A key as it would be made, which nobody has. */
export function keyAsMade(input: NewKey): VirtualKey {
  return newKey(input, '', '', '', 0);
}

function newKey(input: NewKey, id: string, hash: string, hint: string, createdAtMs: number): VirtualKey {
  return virtualKeyOf({
    caller: {
      kind: kindOf(input.terms ?? {}),
      keyId: id,
      keyHash: hash,
      keyAlias: clean(input.alias),
      userId: clean(input.userId),
      teamId: clean(input.teamId),
      projectId: clean(input.projectId),
      organizationId: clean(input.organizationId),
      models: input.models ?? [],
      furtherModels: [],
      aliases: input.aliases ?? {},
      allowedRoutes: input.terms?.allowedRoutes,
    },
    id,
    hash,
    hint,
    metadata: input.metadata ?? {},
    maxBudgetNanoUsd: input.maxBudgetNanoUsd ?? null,
    rpmLimit: input.rpmLimit ?? null,
    terms: JSON.parse(JSON.stringify(input.terms ?? {})) as KeyTerms,
    expiresAtMs: input.expiresAtMs ?? null,
    blocked: input.blocked ?? false,
    createdAtMs,
    createdBy: input.createdBy,
    revokedAtMs: null,
    updatedAtMs: null,
    rotatedAtMs: null,
    rotations: 0,
  });
}

/** Postgres takes no NUL in texts. */
function clean(text: string | null | undefined): string | null {
  return text === null || text === undefined || text === '' ? null : text.replaceAll('\0', '');
}
