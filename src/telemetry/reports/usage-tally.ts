import { type ColumnName, columnOf, type LoggedExchange, tagsOf } from '../request-log-row.ts';
import { latencyPlace } from './latency-bounds.ts';
import { CUBES, DIMENSION_NAMES, type Dimension } from './usage-cubes.ts';
import { addUsage, noUsageSum, type UsageSum } from './usage-measures.ts';

export const HOUR_MS = 3_600_000;
export const HOURS_PER_DAY = 24;

/** More of one call is a provider's error, and nine million of them in one cell would be past what a column holds. */
const MOST = 1e12;

/** One combination of dimensions in a cube, by a name that is its identity. */
export type Subject = { readonly name: string; readonly cube: number; readonly values: readonly string[] };

/** Calls of one subject in one hour. */
export type UsageCell = {
  readonly hour: number;
  readonly subject: Subject;
  readonly sum: UsageSum;
  /** How many ended with each error. */
  readonly errors: ReadonlyMap<string, number>;
};

type Group = {
  readonly hour: number;
  readonly subjects: readonly Subject[];
  readonly sum: UsageSum;
  readonly errors: Map<string, number>;
};

/** Play money is in no sum. */
export function tallyUsage(logged: readonly LoggedExchange[]): readonly UsageCell[] {
  const groups = new Map<string, Group>();
  for (const exchange of logged) {
    if (columnOf(exchange, 'sandbox') === 1) continue;
    const group = groupOf(groups, exchange);
    countExchange(group.sum, exchange);
    const error = errorOf(exchange);
    if (error !== null) group.errors.set(error, (group.errors.get(error) ?? 0) + 1);
  }
  return cellsOf(groups.values());
}

/** What an exchange was charged became another amount. */
export function tallyCorrection(
  exchange: LoggedExchange,
  more: { readonly chargeNanoUsd: bigint; readonly costNanoUsd: bigint },
): readonly UsageCell[] {
  if (columnOf(exchange, 'sandbox') === 1) return [];
  const groups = new Map<string, Group>();
  addUsage(groupOf(groups, exchange).sum, { ...noUsageSum(), ...more });
  return cellsOf(groups.values());
}

/** Most calls of a batch are like others: what they are counted under is worked out once. */
function groupOf(groups: Map<string, Group>, exchange: LoggedExchange): Group {
  const hour = Math.floor(count(exchange, 'started_at_ms') / HOUR_MS);
  const who = whoOf(exchange);
  const tags = tagsOf(exchange);
  const name = JSON.stringify([hour, ...Object.values(who), ...tags]);
  const known = groups.get(name);
  if (known !== undefined) return known;
  const made = { hour, subjects: subjectsOf(who, tags), sum: noUsageSum(), errors: new Map<string, number>() };
  groups.set(name, made);
  return made;
}

function cellsOf(groups: Iterable<Group>): readonly UsageCell[] {
  const cells = new Map<string, UsageCell & { readonly errors: Map<string, number> }>();
  for (const { hour, subjects, sum, errors } of groups) {
    for (const subject of subjects) {
      const name = `${hour} ${subject.name}`;
      const cell = cells.get(name) ?? { hour, subject, sum: noUsageSum(), errors: new Map<string, number>() };
      cells.set(name, cell);
      addUsage(cell.sum, sum);
      for (const [code, times] of errors) cell.errors.set(code, (cell.errors.get(code) ?? 0) + times);
    }
  }
  return [...cells.values()];
}

type Who = Readonly<Record<Exclude<Dimension, 'tag'>, string>>;

function whoOf(exchange: LoggedExchange): Who {
  return {
    key: text(exchange, 'key_id'),
    user: text(exchange, 'user_id'),
    team: text(exchange, 'team_id'),
    project: text(exchange, 'project_id'),
    organization: text(exchange, 'organization_id'),
    customer: text(exchange, 'end_user'),
    model: modelOf(exchange),
    upstream_model: text(exchange, 'upstream_model'),
    provider: text(exchange, 'provider'),
  };
}

/** Refused before anybody knew whether there is such a model: anything may stand there. */
const OF_NO_MODEL: ReadonlySet<string | null> = new Set(['model_not_found', 'model_access_denied', 'invalid_request']);

function modelOf(exchange: LoggedExchange): string {
  const isKnown =
    columnOf(exchange, 'deployment') !== null ||
    (columnOf(exchange, 'key_id') !== null && !OF_NO_MODEL.has(errorOf(exchange)));
  return isKnown ? text(exchange, 'requested_model') : '';
}

function subjectsOf(who: Who, tags: readonly string[]): readonly Subject[] {
  return CUBES.flatMap(({ number, dimensions, of }) => {
    const whose = of === 'tag' ? [...new Set(tags)] : [''];
    return whose.flatMap((tag) => {
      const all: Readonly<Record<Dimension, string>> = { ...who, tag };
      if (of !== null && all[of] === '') return [];
      const values = DIMENSION_NAMES.map((each) => (dimensions.includes(each) ? all[each] : ''));
      return [{ name: JSON.stringify([number, ...values]), cube: number, values }];
    });
  });
}

function countExchange(sum: UsageSum, exchange: LoggedExchange): void {
  sum.requests++;
  if (columnOf(exchange, 'outcome') === 'completed') sum.successes++;
  sum.chargeNanoUsd += BigInt(columnOf(exchange, 'charge_nano') ?? 0);
  sum.costNanoUsd += BigInt(columnOf(exchange, 'cost_nano') ?? 0);
  sum.inputTokens += bounded(exchange, 'input_tokens');
  sum.outputTokens += bounded(exchange, 'output_tokens');
  sum.cacheReadTokens += bounded(exchange, 'cache_read_tokens');
  sum.cacheWriteTokens += bounded(exchange, 'cache_write_tokens');
  sum.durationMs += bounded(exchange, 'duration_ms');
  if (columnOf(exchange, 'first_byte_ms') === null) return;
  const firstByteMs = bounded(exchange, 'first_byte_ms');
  sum.firstByteMs += firstByteMs;
  const place = latencyPlace(firstByteMs);
  sum.latencies[place] = (sum.latencies[place] ?? 0) + 1;
}

function errorOf(exchange: LoggedExchange): string | null {
  const outcome = String(columnOf(exchange, 'outcome'));
  if (outcome === 'completed') return null;
  return String(columnOf(exchange, 'error_code') ?? outcome);
}

function bounded(exchange: LoggedExchange, column: ColumnName): number {
  return Math.min(MOST, Math.max(0, count(exchange, column)));
}

function count(exchange: LoggedExchange, column: ColumnName): number {
  return Number(columnOf(exchange, column) ?? 0);
}

function text(exchange: LoggedExchange, column: ColumnName): string {
  return String(columnOf(exchange, column) ?? '');
}
