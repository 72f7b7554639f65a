import type { Clock, NanoUsd } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import { isCustomSecret, newPublicId, newSecret } from './key-format.ts';
import type { KeyRing } from './key-ring.ts';
import type { KeyTerms } from './key-terms.ts';
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
export type KeyChanges = Omit<NewKey, 'secret' | 'createdBy' | 'terms'> & {
  /** The terms as they are to be, from those that are. */
  readonly terms?: ((before: KeyTerms) => KeyTerms) | undefined;
};

export type UpdatedKey = { readonly outcome: 'updated'; readonly key: VirtualKey };
export type NotUpdated = { readonly outcome: 'not_found' | 'alias_taken' };

/** Whose keys may be seen: the operator's view, or one key itself. */
export type KeyScope = { readonly kind: 'all' } | { readonly kind: 'key'; readonly keyId: string };

export type KeyAdministration = {
  readonly createKey: (input: NewKey) => Promise<CreatedKey | NotCreated>;
  /** By key, id, token or alias. Answers those that were in use until now, as they were named. */
  readonly revokeKeys: (references: readonly string[]) => Promise<readonly string[]>;
  readonly revokeKeysByAlias: (aliases: readonly string[]) => Promise<readonly string[]>;
  /** By key, id or token. */
  readonly updateKey: (reference: string, changes: KeyChanges) => Promise<UpdatedKey | NotUpdated>;
  /** Answers the key as it now is; null: there is none in use. */
  readonly setBlocked: (reference: string, blocked: boolean) => Promise<VirtualKey | null>;
  /** By key, id or token; in use. */
  readonly keyInfo: (reference: string, scope: KeyScope) => Promise<VirtualKey | null>;
  /** Keys in use, newest first; `page` counts from 1. */
  readonly listKeys: (
    options: store.KeyFilter & { readonly page: number; readonly size: number },
  ) => Promise<store.KeyPage>;
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
}): KeyAdministration {
  const { database, ring, clock } = options;
  const listeners: (() => void | Promise<void>)[] = [];
  const changed = async (): Promise<void> => {
    await ring.refresh();
    await Promise.all(listeners.map((listener) => listener()));
  };
  const find = (reference: string): Promise<VirtualKey | null> => findInUse(database, ring, reference);
  const revoke = async (named: readonly (readonly [string, VirtualKey | null])[]): Promise<readonly string[]> => {
    const ids = named.flatMap(([, key]) => (key === null ? [] : [key.id]));
    if (ids.length === 0) return [];
    const revoked = await store.revokeKeysById(database, [...new Set(ids)], clock.nowMs());
    await changed();
    return named.filter(([, key]) => key !== null && revoked.includes(key.id)).map(([name]) => name);
  };
  return {
    createKey: async (input) => {
      const created = await insert(database, ring, input, clock.nowMs());
      if (created.outcome === 'created') await changed();
      return created;
    },
    revokeKeys: async (references) => revoke(await pairUp(references, find)),
    revokeKeysByAlias: async (aliases) =>
      revoke(await pairUp(aliases, (alias) => store.findKeyByAlias(database, alias))),
    updateKey: async (reference, changes) => {
      const updated = await update(database, find, reference, changes);
      if (updated.outcome === 'updated') await changed();
      return updated;
    },
    setBlocked: async (reference, blocked) => {
      const key = await find(reference);
      if (key === null || !(await store.setKeyBlocked(database, key.id, blocked))) return null;
      await changed();
      return virtualKeyOf({ ...key, blocked });
    },
    keyInfo: async (reference, scope) => {
      const key = await find(reference);
      return key !== null && (scope.kind === 'all' || scope.keyId === key.id) ? key : null;
    },
    listKeys: ({ page, size, ...filter }) => store.listKeyPage(database, filter, page, size),
    onChange: (listener) => void listeners.push(listener),
  };
}

function pairUp(
  names: readonly string[],
  find: (name: string) => Promise<VirtualKey | null>,
): Promise<readonly (readonly [string, VirtualKey | null])[]> {
  return Promise.all([...new Set(names)].map(async (name) => [name, await find(name)] as const));
}

/** A key, our token (what is stored), LiteLLM's token (the plain sha256), or a public id. */
async function findInUse(database: Database, ring: KeyRing, reference: string): Promise<VirtualKey | null> {
  let key: VirtualKey | null = null;
  if (PUBLIC_ID.test(reference)) key = await store.findKeyById(database, reference);
  else if (HEX_64.test(reference)) {
    key =
      (await store.findKeyByHash(database, reference)) ??
      (await store.findKeyByHash(database, ring.hashOfInner(reference)));
  } else if (reference.startsWith('sk-')) key = await store.findKeyByHash(database, ring.hashOf(reference));
  return key;
}

async function insert(
  database: Database,
  ring: KeyRing,
  input: NewKey,
  nowMs: number,
): Promise<CreatedKey | NotCreated> {
  if (input.secret !== undefined && !isCustomSecret(input.secret)) return { outcome: 'malformed' };
  for (let draw = 1; ; draw++) {
    const id = newPublicId();
    const secret = input.secret ?? newSecret(id);
    const key = newKey(input, id, ring.hashOf(secret), secret.slice(-4), nowMs);
    if (await store.insertKey(database, key)) return { outcome: 'created', secret, key };
    const { keyAlias } = key.caller;
    if (keyAlias !== null && (await store.findKeyByAlias(database, keyAlias)) !== null)
      return { outcome: 'alias_taken' };
    if (input.secret !== undefined && (await store.findKeyByHash(database, key.hash)) !== null) {
      return { outcome: 'key_taken' };
    }
    // What is left is the public id: six letters meet another's now and then.
    if (draw === MAX_ID_DRAWS) throw new Error('no free public id was found for a key');
  }
}

/** Two at once: the one that comes second is worked out again from what the first one left. */
async function update(
  database: Database,
  find: (reference: string) => Promise<VirtualKey | null>,
  reference: string,
  changes: KeyChanges,
): Promise<UpdatedKey | NotUpdated> {
  for (let draw = 1; draw <= MAX_ID_DRAWS; draw++) {
    const key = await find(reference);
    if (key === null) return { outcome: 'not_found' };
    const alias = changes.alias === undefined ? undefined : clean(changes.alias);
    if (typeof alias === 'string') {
      const other = await store.findKeyByAlias(database, alias);
      if (other !== null && other.id !== key.id) return { outcome: 'alias_taken' };
    }
    const columns: store.KeyColumns = {
      alias,
      user_id: changes.userId === undefined ? undefined : clean(changes.userId),
      team_id: changes.teamId === undefined ? undefined : clean(changes.teamId),
      organization_id: changes.organizationId === undefined ? undefined : clean(changes.organizationId),
      project_id: changes.projectId === undefined ? undefined : clean(changes.projectId),
      models: changes.models === undefined ? undefined : JSON.stringify(changes.models),
      aliases: changes.aliases === undefined ? undefined : JSON.stringify(changes.aliases),
      metadata: changes.metadata === undefined ? undefined : JSON.stringify(changes.metadata),
      max_budget_nano: changes.maxBudgetNanoUsd,
      rpm_limit: changes.rpmLimit,
      expires_at_ms: changes.expiresAtMs,
      blocked: changes.blocked === undefined ? undefined : Number(changes.blocked),
      terms: changes.terms === undefined ? undefined : JSON.stringify(changes.terms(key.terms)),
    };
    if (!(await store.updateKey(database, key.id, columns, JSON.stringify(key.terms)))) continue;
    const now = await store.findKeyById(database, key.id);
    return now === null ? { outcome: 'not_found' } : { outcome: 'updated', key: now };
  }
  throw new Error('a key is changed by others all the time');
}

function newKey(input: NewKey, id: string, hash: string, hint: string, createdAtMs: number): VirtualKey {
  return virtualKeyOf({
    caller: {
      kind: 'virtual-key',
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
  });
}

/** Postgres takes no NUL in texts. */
function clean(text: string | null | undefined): string | null {
  return text === null || text === undefined || text === '' ? null : text.replaceAll('\0', '');
}
