import type { PrioritiesConfiguration } from '../configuration.ts';
import type { Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { WaybillFile } from './schema.ts';

type Entry = NonNullable<NonNullable<WaybillFile['routing']>['priorities']>;

const SATURATED_AT = 0.5;

/** null: nobody has reserved anything. */
export function readPriorities(
  { routing }: WaybillFile,
  placeOf: (...path: readonly string[]) => Place,
  reading: Reading,
): PrioritiesConfiguration | null {
  const entry = routing?.priorities;
  if (entry === undefined) return null;
  const teams = entry.teams ?? {};
  for (const [team, name] of Object.entries(teams)) {
    if (name in entry.reserve) continue;
    const known = Object.keys(entry.reserve).join(', ');
    reading.fault(
      placeOf('routing', 'priorities', 'teams', team),
      `routing.priorities.teams.${team}: there is no class '${name}' under reserve; there is ${known || 'none'}`,
    );
  }
  return {
    saturatedAt: entry.saturated_at ?? SATURATED_AT,
    reserved: Object.fromEntries(Object.entries(entry.reserve).map(([name, what]) => [name, reservedOf(what)])),
    usualPart: entry.default ?? 0,
    teams,
  };
}

function reservedOf(what: Entry['reserve'][string]): PrioritiesConfiguration['reserved'][string] {
  if (typeof what === 'number') return { of: 'part', part: what };
  return what.rpm !== undefined ? { of: 'rpm', amount: what.rpm } : { of: 'tpm', amount: what.tpm ?? 0 };
}
