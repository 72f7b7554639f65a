import { changedFacts, type KeyStep, type PartyStep, type Reconciling } from '../../access/index.ts';
import { usdFromNano } from '../../std/index.ts';

type ShownFact = { readonly fact: string; readonly before: unknown; readonly after: unknown };

/** One change of who there is, in the words of the configuration. */
export type ShownChange = {
  readonly verb: 'create' | 'change' | 'revoke' | 'block' | 'remove';
  readonly kind: string;
  readonly name: string;
  /** Where the configuration says so; where it said so, of one who is gone. */
  readonly at: string;
  /** It was made over the API, and the configuration would have it from now on. */
  readonly taken_over: boolean;
  readonly facts: readonly ShownFact[];
};

/** What only stands at another place of the file is no change. */
export function shownChanges({ parties, keys }: Reconciling): readonly ShownChange[] {
  const ofParties = parties.map((step) => shown(step, step.kind, step.after === null ? 'remove' : 'block'));
  const ofKeys = keys.map((step) => shown(step, 'key', 'revoke'));
  return [...ofParties, ...ofKeys].flat();
}

function shown(step: PartyStep | KeyStep, kind: string, ending: ShownChange['verb']): readonly ShownChange[] {
  const { verb, name, at, isTaken } = step;
  // Who is gone already is only let go.
  if (verb === 'move' || (verb === 'delete' && step.before === null)) return [];
  const facts = changedFacts(step).map(({ fact, before, after }) => {
    const show = SHOWN[fact] ?? ((value: unknown) => value);
    return { fact: WORDS[fact] ?? fact, before: show(before), after: show(after) };
  });
  return [
    { verb: verb === 'delete' ? ending : verb, kind, name: name.replace('\n', '/'), at, taken_over: isTaken, facts },
  ];
}

/** The configuration's words for what is kept. */
const WORDS: Readonly<Record<string, string>> = {
  keyAlias: 'alias',
  organizationId: 'organization',
  teamId: 'team',
  projectId: 'project',
  userId: 'user',
  budgetId: 'budget',
  rpmLimit: 'limits.rpm',
  tpmLimit: 'limits.tpm',
  maxParallelRequests: 'limits.parallel',
  rates: 'limits',
  expiresAtMs: 'expires',
  memberTerms: 'member_budget',
  ssoGroups: 'sso_groups',
  defaultModel: 'default_model',
  allowedModelRegion: 'policy.region',
  maxBudgetNanoUsd: 'max_budget',
};

const SHOWN: Readonly<Record<string, (value: unknown) => unknown>> = {
  budgets: inUsd,
  memberTerms: inUsd,
  maxBudgetNanoUsd: (value) => (value === null ? null : usdFromNano(BigInt(String(value)))),
  expiresAtMs: (value) => (typeof value === 'number' ? new Date(value).toISOString() : value),
};

/** Amounts, and what budgets do when they are spent, stand somewhere inside. */
function inUsd(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inUsd);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const word = INSIDE[name];
      if (word === undefined) return [name, inUsd(part)];
      return [word, name === 'policy' ? part : usdFromNano(BigInt(part))];
    }),
  );
}

const INSIDE: Readonly<Record<string, string>> = { nanoUsd: 'usd', softNanoUsd: 'soft', policy: 'on_exhausted' };

const MARKS: Readonly<Record<ShownChange['verb'], string>> = {
  create: '+',
  change: '~',
  revoke: '-',
  block: '-',
  remove: '-',
};

export function diffLines(changes: readonly ShownChange[]): readonly string[] {
  if (changes.length === 0) return ['Nothing would change.'];
  return [...changes.flatMap(linesOf), summaryOf(changes)];
}

function linesOf({ verb, kind, name, at, taken_over: isTaken, facts }: ShownChange): readonly string[] {
  const taken = isTaken ? ', made over the API until now' : '';
  return [
    `${MARKS[verb]} ${verb} ${kind} ${name} (${at}${taken})`,
    ...facts.map(({ fact, before, after }) =>
      fact === 'secret' ? '    secret: another one' : `    ${fact}: ${said(before)} -> ${said(after)}`,
    ),
  ];
}

function said(value: unknown): string {
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

function summaryOf(changes: readonly ShownChange[]): string {
  const count = (...verbs: readonly ShownChange['verb'][]): number =>
    changes.filter(({ verb }) => verbs.includes(verb)).length;
  return `${count('create')} to make, ${count('change')} to change, ${count('revoke', 'block', 'remove')} to end.`;
}
