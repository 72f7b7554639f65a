import type { FilterName } from '../api/logs.ts';
import type { Body, PartyRow } from '../api/parties.ts';
import { send } from '../api/parties.ts';
import type { Field } from '../form/fields.tsx';
import { m } from '../messages/index.ts';
import type { Column } from '../table/column.ts';

/** A kind of those for whom calls are made and paid, as data: one page shows them all. */
export type PartyKind = {
  /** `/teams`, and the name of its texts. */
  readonly page: keyof typeof m.parties.kinds;
  /** Before the dot of its actions: `team.create`. */
  readonly action: string;
  readonly list: (signal: AbortSignal) => Promise<readonly PartyRow[]>;
  readonly create: (body: Body) => Promise<unknown>;
  readonly change: (row: PartyRow, body: Body) => Promise<unknown>;
  readonly remove: (row: PartyRow) => Promise<unknown>;
  /** What it takes to block it; left out: what it takes to change it. */
  readonly blocking?: string;
  /** Left out: it cannot be blocked. */
  readonly block?: (row: PartyRow, blocked: boolean) => Promise<unknown>;
  /** Before those that all have. */
  readonly fields: readonly Field[];
  readonly columns: readonly Column<PartyRow>[];
  /** Who belongs to it; left out: nobody does. */
  readonly members?: Membership;
  /** What the log knows its calls by; left out: it has none of its own. */
  readonly calls?: FilterName;
  /** What the list of keys knows its keys by; left out: it has none. */
  readonly keys?: 'team' | 'user';
  /** Whether it has models of its own. */
  readonly hasModels: boolean;
};

export type Member = { readonly userId: string; readonly email: string | null; readonly role: string };

export type Membership = {
  /** What it takes to let somebody in or out. */
  readonly action: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly of: (row: PartyRow) => readonly Member[];
  readonly add: (row: PartyRow, member: Body, budget: string | null) => Promise<unknown>;
  readonly remove: (row: PartyRow, userId: string) => Promise<unknown>;
};

const words = m.form;

const MODELS: Field = {
  id: 'models',
  kind: 'models',
  label: words.models,
  placeholder: words.allModels,
  hint: words.modelsHint,
};

const LIMITS: readonly Field[] = [
  { id: 'max_budget', kind: 'usd', label: words.budget, placeholder: words.noLimit, hint: words.budgetHint },
  { id: 'budget_duration', kind: 'choice', label: words.period, choices: words.periods },
  { id: 'soft_budget', kind: 'usd', label: words.softBudget, hint: words.softBudgetHint },
  { id: 'rpm_limit', kind: 'count', label: words.rpm, placeholder: words.noLimit },
  { id: 'tpm_limit', kind: 'count', label: words.tpm, placeholder: words.noLimit, isBeside: true },
  { id: 'max_parallel_requests', kind: 'count', label: words.parallel, placeholder: words.noLimit, isBeside: true },
];

export function fieldsOf({ fields, hasModels }: PartyKind): readonly Field[] {
  return [...fields, ...(hasModels ? [MODELS] : []), ...LIMITS];
}

/** The way that most kinds are changed: a door for each verb, and the id in the body. */
export function doorsOf(path: string, id: string, removal: (row: PartyRow) => Body) {
  return {
    create: (body: Body) => send(`${path}/new`, body),
    change: (row: PartyRow, body: Body) => send(`${path}/update`, { ...body, [id]: row.id }),
    remove: (row: PartyRow) => send(`${path}/delete`, removal(row)),
  };
}

export const nameField = (id: string, isRequired = false): Field => ({
  id,
  kind: 'text',
  label: m.parties.columns.name,
  hint: m.parties.fields.nameHint,
  isRequired,
});

export const idField = (id: string, hint = m.parties.fields.idHint, isRequired = false): Field => ({
  id,
  kind: 'text',
  label: m.parties.columns.id,
  hint,
  isFixed: true,
  isRequired,
});

/** A column of a plain field of the row. */
export function rawColumn(id: string, header: string, isExtra = false): Column<PartyRow> {
  return {
    id,
    header,
    isExtra,
    value: ({ raw }) => {
      const value = raw[id];
      return value === null || value === undefined ? null : String(value);
    },
  };
}
