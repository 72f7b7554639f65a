import type { Party, PartyFacts, PartyRowKind } from '../parties/party.ts';
import type { VirtualKey } from '../virtual-key.ts';
import type { Desired, DesiredKey, DesiredParty, GovernedKey } from './desired.ts';
import { governedOfKey, governedOfParty, isSame, settingsKept, termsKept } from './governed.ts';
import type { ManagedRow, Stored } from './managed-store.ts';

/** `move`: it stands elsewhere in the file, and is what it was. */
export type Verb = 'create' | 'change' | 'delete' | 'move';

export type PartyStep = {
  readonly verb: Verb;
  readonly kind: PartyRowKind;
  readonly name: string;
  readonly at: string;
  readonly before: Party | null;
  readonly after: PartyFacts | null;
  /** It was made over the API, and the configuration takes it over. */
  readonly isTaken: boolean;
};

export type KeyStep = {
  readonly verb: Verb;
  readonly name: string;
  readonly at: string;
  readonly before: VirtualKey | null;
  /** null: it is revoked. */
  readonly after: GovernedKey | null;
  /** null: it stays, or is to be made. */
  readonly hash: string | null;
  readonly hint: string;
  readonly isTaken: boolean;
};

export type Reconciling = {
  readonly parties: readonly PartyStep[];
  readonly keys: readonly KeyStep[];
  /** What of the configuration cannot be: then nothing of it is done. */
  readonly faults: readonly string[];
};

/** Whom the configuration allows something by name, without saying more. */
export type IsNamed = (kind: 'team' | 'project' | 'organization', id: string) => boolean;

type Hashed = (inner: string) => string;

/** What makes of what is stored what the configuration wants. Pure: the second time there is nothing left to do. */
export function reconciling(
  desired: Desired,
  stored: Stored,
  hashOfInner: Hashed,
  isNamed: IsNamed,
  nowMs: number,
): Reconciling {
  const known = new Map(stored.managed.map((row) => [`${row.kind} ${row.name}`, row]));
  const wanted = new Set([
    ...desired.parties.map(({ kind, id }) => `${kind} ${id}`),
    ...desired.keys.map(({ name }) => `key ${name}`),
  ]);
  const gone = stored.managed.filter(({ kind, name, isRemoved }) => !isRemoved && !wanted.has(`${kind} ${name}`));
  const parties = new Map(stored.parties.map((party) => [`${party.kind} ${party.id}`, party]));
  const keys = openKeys(stored.keys, known, hashOfInner);
  return {
    parties: [
      ...desired.parties.flatMap((party) => partyStep(party, parties, known, nowMs) ?? []),
      ...gone.flatMap((row) => (row.kind === 'key' ? [] : removedParty(row, row.kind, parties, nowMs))),
    ],
    keys: [
      ...desired.keys.flatMap((key) => keys.stepTo(key) ?? []),
      ...gone.flatMap((row) => (row.kind === 'key' ? keys.stepAway(row) : [])),
      ...desired.keys.flatMap(keys.stepAside),
    ],
    faults: [...missing(desired, stored, isNamed), ...desired.keys.flatMap(keys.clash)],
  };
}

function partyStep(
  { kind, id, at, facts }: DesiredParty,
  parties: ReadonlyMap<string, Party>,
  known: ReadonlyMap<string, ManagedRow>,
  nowMs: number,
): PartyStep | null {
  const before = parties.get(`${kind} ${id}`) ?? null;
  const isThere = before !== null && before.deletedAtMs === null;
  const row = known.get(`${kind} ${id}`);
  const after: PartyFacts = {
    ...facts,
    kind,
    id,
    terms: { ...facts.terms, ...(before === null ? {} : termsKept(before.terms)) },
    settings: { ...facts.settings, ...(before === null ? {} : settingsKept(before.settings)), managedAt: at },
    login: before?.login ?? null,
    createdAtMs: before?.createdAtMs ?? nowMs,
    createdBy: before?.createdBy ?? CONFIGURATION,
    updatedAtMs: nowMs,
    updatedBy: CONFIGURATION,
    deletedAtMs: null,
    changedSeq: before?.changedSeq ?? 0,
  };
  const isTaken = isThere && (row === undefined || row.isRemoved) && before.createdBy !== CONFIGURATION;
  const step = { kind, name: id, at, before: isThere ? before : null, after, isTaken };
  if (!isThere) return { verb: 'create', ...step };
  if (!isSame(governedOfParty(before), facts)) return { verb: 'change', ...step };
  return before.settings.managedAt === at && row?.isRemoved === false ? null : { verb: 'move', ...step };
}

/** Who the configuration made, and made anew. */
export const CONFIGURATION = 'configuration';

/** What others belong to is blocked, so that they come back with it; the rest is but terms, and is gone with them. */
const BLOCKED_WHEN_GONE: ReadonlySet<PartyRowKind> = new Set(['organization', 'project', 'team', 'user']);

function removedParty(
  { name, id, place }: ManagedRow,
  kind: PartyRowKind,
  parties: ReadonlyMap<string, Party>,
  nowMs: number,
): readonly PartyStep[] {
  const found = parties.get(`${kind} ${id}`) ?? null;
  const before = found?.deletedAtMs === null ? found : null;
  const { managedAt: _, ...settings } = before?.settings ?? {};
  const after =
    before === null || !BLOCKED_WHEN_GONE.has(kind)
      ? null
      : { ...before, settings, blocked: true, updatedAtMs: nowMs, updatedBy: CONFIGURATION };
  return [{ verb: 'delete', kind, name, at: place, before, after, isTaken: false }];
}

function openKeys(stored: readonly VirtualKey[], known: ReadonlyMap<string, ManagedRow>, hashOfInner: Hashed) {
  const byId = new Map(stored.map((key) => [key.id, key]));
  const inUse = stored.filter(({ revokedAtMs }) => revokedAtMs === null);
  const byAlias = new Map(inUse.map((key) => [key.caller.keyAlias, key]));
  const byHash = new Map(inUse.map((key) => [key.hash, key]));
  const wantedHash = ({ secret }: DesiredKey): string | null => (secret === null ? null : hashOfInner(secret.inner));
  /** The key that the name stands for: as the configuration had it, else one of that alias or secret. */
  const meant = (key: DesiredKey): VirtualKey | null => {
    const row = known.get(`key ${key.name}`);
    const own = row === undefined ? undefined : byId.get(row.id);
    return own ?? byAlias.get(key.name) ?? byHash.get(wantedHash(key) ?? '') ?? null;
  };
  const stepTo = (key: DesiredKey): KeyStep | null => {
    const before = meant(key);
    const { name, at, facts } = key;
    const row = known.get(`key ${name}`);
    const hash = wantedHash(key);
    const isTaken = before !== null && row?.id !== before.id && before.createdBy !== CONFIGURATION;
    const terms = { ...facts.terms, ...(before === null ? {} : termsKept(before.terms)), managedAt: at };
    const after = { ...facts, terms };
    const step = { name, at, before, after, hash, hint: key.secret?.hint ?? '', isTaken };
    if (before === null || before.revokedAtMs !== null) return { verb: 'create', ...step };
    const isOther = hash !== null && hash !== before.hash;
    if (isOther || !isSame(governedOfKey(before), facts)) return { verb: 'change', ...step };
    return before.terms.managedAt === at && row?.isRemoved === false ? null : { verb: 'move', ...step };
  };
  return {
    stepTo,
    stepAway: ({ name, id, place }: ManagedRow): readonly KeyStep[] => {
      const found = byId.get(id) ?? null;
      const before = found?.revokedAtMs === null ? found : null;
      return [{ verb: 'delete', name, at: place, before, after: null, hash: null, hint: '', isTaken: false }];
    },
    /** Somebody else has its alias meanwhile, and goes on without. */
    stepAside: (key: DesiredKey): readonly KeyStep[] => {
      const other = byAlias.get(key.name);
      if (other === undefined || other.id === meant(key)?.id) return [];
      const after = { ...governedOfKey(other), keyAlias: null, terms: other.terms };
      const step = { name: key.name, at: key.at, before: other, hash: null, hint: '', isTaken: true };
      return [{ verb: 'change', ...step, after }];
    },
    clash: (key: DesiredKey): readonly string[] => {
      const other = byHash.get(wantedHash(key) ?? '');
      if (other === undefined || other.id === meant(key)?.id) return [];
      const whose = other.caller.keyAlias ?? other.id;
      return [`${key.at}: the secret of the key '${key.name}' is that of another one, '${whose}': revoke that first`];
    },
  };
}

/** A key of a mistyped team would be under no limit of the team's. */
function missing({ parties, keys }: Desired, stored: Stored, isNamed: IsNamed): readonly string[] {
  const there = new Set([
    ...parties.map(({ kind, id }) => `${kind} ${id}`),
    ...stored.parties.flatMap(({ kind, id, deletedAtMs }) => (deletedAtMs === null ? [`${kind} ${id}`] : [])),
  ]);
  const naming = [
    ...parties.map(({ kind, id, at, facts }) => ({ what: `${kind} '${id.replace('\n', '/')}'`, at, ...facts })),
    ...keys.map(({ name, at, facts }) => ({ what: `key '${name}'`, at, ...facts })),
  ];
  return naming.flatMap(({ what, at, teamId, organizationId, ...rest }) => {
    const projectId = 'projectId' in rest ? rest.projectId : null;
    const named = [
      ['team', teamId] as const,
      ['project', projectId] as const,
      ['organization', organizationId] as const,
    ];
    return named.flatMap(([kind, id]) =>
      id === null || there.has(`${kind} ${id}`) || isNamed(kind, id)
        ? []
        : [`${at}: the ${what} belongs to the ${kind} '${id}', and there is none of that name`],
    );
  });
}
