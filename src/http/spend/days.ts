import {
  addUsage,
  type Dimension,
  noUsageSum,
  rankUsage,
  readUsage,
  type UsageFilter,
  type UsageQuestion,
  type UsageSum,
} from '../../telemetry/index.ts';
import { dateOf } from '../reports/asked-time.ts';
import type { ReportDoors } from '../reports/doors.ts';

/** By name, with the keys that it was made of. */
export type Groups = Map<string, { readonly sum: UsageSum; readonly keys: Map<string, UsageSum> }>;

type Part = 'model' | 'upstream_model' | 'provider' | 'key' | 'entity';

export type Day = { readonly sum: UsageSum } & Readonly<Record<Part, Groups>>;

export function openDay(): Day {
  return {
    sum: noUsageSum(),
    model: new Map(),
    upstream_model: new Map(),
    provider: new Map(),
    key: new Map(),
    entity: new Map(),
  };
}

type Telling = {
  readonly entity: Dimension;
  readonly excluded: ReadonlySet<string>;
  /** So many keys are told apart; all of them are in the sums. */
  readonly keyLimit: number;
};

/** What a day's calls are told apart by, besides who made them. */
const KINDS = ['model', 'upstream_model', 'provider'] as const;

/**
 * By date. The parts of a day are read one by one: together they would be as many rows as combinations. Calls that
 * belong to no team are not the teams'; whoever has made them, all are the users'.
 */
export async function readDays(
  { reports }: ReportDoors,
  question: UsageQuestion,
  { entity, excluded, keyLimit }: Telling,
): Promise<ReadonlyMap<string, Day>> {
  const days = new Map<string, Day>();
  type Take = (day: Day, names: readonly string[], sum: UsageSum) => void;
  const read = async (by: readonly Dimension[], where: UsageFilter, take: Take): Promise<void> => {
    for (const { names, atMs, sum } of await readUsage(reports, { ...question, by, where }))
      take(dayOf(days, atMs), names, sum);
  };
  const ofEntities = async (by: readonly Dimension[], where: UsageFilter, take: Take): Promise<void> => {
    await read([entity, ...by], where, (day, names, sum) => {
      const [name = ''] = names;
      if (name !== '' && !excluded.has(name)) take(day, names, sum);
    });
  };
  const ofAll = (by: readonly Dimension[], where: UsageFilter, take: Take): Promise<void> =>
    entity === 'user'
      ? read(by, where, take)
      : ofEntities(by, where, (day, [, ...names], sum) => take(day, names, sum));

  await ofAll([], question.where, (day, _, sum) => addUsage(day.sum, sum));
  await ofEntities([], question.where, (day, [name = ''], sum) => addTo(day.entity, name, sum));
  for (const kind of KINDS) await ofAll([kind], question.where, (day, [name = ''], sum) => addTo(day[kind], name, sum));
  const where = { ...question.where, key: await topKeys(reports, question, entity, keyLimit) };
  await ofAll(['key'], where, (day, [id = ''], sum) => addTo(day.key, id, sum));
  await ofEntities(['key'], where, (day, [name = '', id = ''], sum) => addToKey(day.entity, name, id, sum));
  for (const kind of KINDS)
    await ofAll([kind, 'key'], where, (day, [name = '', id = ''], sum) => addToKey(day[kind], name, id, sum));
  return days;
}

function dayOf(days: Map<string, Day>, atMs: number | null): Day {
  const date = dateOf(atMs ?? 0);
  const day = days.get(date) ?? openDay();
  days.set(date, day);
  return day;
}

/** Those with the highest spend. A key has one team and one organization; its customers and tags are many. */
async function topKeys(
  reports: ReportDoors['reports'],
  question: UsageQuestion,
  entity: Dimension,
  limit: number,
): Promise<readonly string[]> {
  if (entity !== 'team' && entity !== 'organization')
    return (await rankUsage(reports, { ...question, by: ['key'] }, limit)).map(([id = '']) => id);
  const ranked = await rankUsage(reports, { ...question, by: [entity, 'key'] }, MOST_RANKED);
  return ranked.flatMap(([name = '', id = '']) => (name === '' ? [] : [id])).slice(0, limit);
}

/** As many keys as one door tells apart at most, and the like of keys without a team before them. */
const MOST_RANKED = 10_000;

function groupOf(groups: Groups, name: string) {
  const group = groups.get(name) ?? { sum: noUsageSum(), keys: new Map<string, UsageSum>() };
  groups.set(name, group);
  return group;
}

function addTo(groups: Groups, name: string, sum: UsageSum): void {
  addUsage(groupOf(groups, name).sum, sum);
}

function addToKey(groups: Groups, name: string, keyId: string, sum: UsageSum): void {
  const { keys } = groupOf(groups, name);
  const ofKey = keys.get(keyId) ?? noUsageSum();
  keys.set(keyId, ofKey);
  addUsage(ofKey, sum);
}
