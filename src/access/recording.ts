import type { Database, SqlValue } from '../store/index.ts';
import { RAISED } from './change-counter.ts';
import type { PartyFacts } from './parties/party.ts';
import type { VirtualKey } from './virtual-key.ts';
import type { KeyColumns } from './virtual-key-store.ts';

/** A change of who somebody is and what they may do, for whoever keeps a record of that. */
export type AccessChange = {
  /** In the words of `authorize`. */
  readonly action: string;
  readonly kind: string;
  readonly target: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
};

type Condition = { readonly sql: string; readonly values: readonly SqlValue[] };

/** The database, whose next write makes these changes if `when` is true in the end; null: if it does not fail. */
export type Recording = (changes: readonly AccessChange[], when: Condition | null) => Database;

/** Nobody keeps a record. */
export function unrecorded(database: Database): Recording {
  return () => database;
}

export function keyChanged(id: string): Condition {
  return { sql: `EXISTS (SELECT 1 FROM access_virtual_key WHERE id = ? AND changed_seq = ${RAISED})`, values: [id] };
}

export function partyChanged({ kind, id }: Pick<PartyFacts, 'kind' | 'id'>): Condition {
  const sql = `EXISTS (SELECT 1 FROM access_party WHERE kind = ? AND id = ? AND changed_seq = ${RAISED})`;
  return { sql, values: [kind, id] };
}

/** What of a key may be told: neither its secret nor what is stored of it. */
export function keyFacts({ caller, ...key }: VirtualKey): Readonly<Record<string, unknown>> {
  return {
    alias: caller.keyAlias,
    user_id: caller.userId,
    team_id: caller.teamId,
    project_id: caller.projectId,
    organization_id: caller.organizationId,
    models: caller.models,
    aliases: caller.aliases,
    metadata: key.metadata,
    max_budget_nano: key.maxBudgetNanoUsd,
    rpm_limit: key.rpmLimit,
    expires_at_ms: key.expiresAtMs,
    blocked: key.blocked,
    terms: key.terms,
  };
}

const JSON_COLUMNS: ReadonlySet<string> = new Set(['models', 'aliases', 'metadata', 'terms']);

/** The facts as they are after a change of columns. */
export function keyFactsWith(before: ReturnType<typeof keyFacts>, columns: KeyColumns): ReturnType<typeof keyFacts> {
  const changed = Object.entries(columns).flatMap(([name, value]) => {
    if (value === undefined || name === 'updated_at_ms') return [];
    if (name === 'blocked') return [[name, value === 1] as const];
    return [[name, JSON_COLUMNS.has(name) ? (JSON.parse(String(value)) as unknown) : value] as const];
  });
  return { ...before, ...Object.fromEntries(changed) };
}

/** When it was changed, and by whom, the record itself says. */
export function partyFacts(party: PartyFacts): Readonly<Record<string, unknown>> {
  const { alias, organizationId, teamId, userId, budgetId, role, email, login, models, aliases, metadata, settings } =
    party;
  return {
    alias,
    organization_id: organizationId,
    team_id: teamId,
    user_id: userId,
    budget_id: budgetId,
    role,
    email,
    login,
    models,
    aliases,
    metadata,
    settings,
    max_budget_nano: party.maxBudgetNanoUsd,
    rpm_limit: party.rpmLimit,
    terms: party.terms,
    blocked: party.blocked,
  };
}
