import type { PrioritiesConfiguration } from './config/index.ts';
import type { PriorityClass } from './limits/index.ts';
import type { Priorities } from './pipeline/index.ts';

/** What limits of deployments are told of priority classes by the configuration; null: there are none. */
export function buildPriorities(configured: PrioritiesConfiguration | null): Priorities | null {
  if (configured === null) return null;
  const { saturatedAt, reserved, usualPart, teams } = configured;
  // Parts of more than the whole are parts of what they come to together.
  const sum = Object.values(reserved).reduce((all, each) => all + (each.of === 'part' ? each.part : 0), usualPart);
  const scale = Math.max(1, sum);
  const classOf = (name: string, what: PriorityClass['reserved']): PriorityClass => ({
    name,
    reserved: what.of === 'part' ? { of: 'part', part: what.part / scale } : what,
  });
  const named = Object.entries(reserved).map(([name, what]) => classOf(name, what));
  const usual = classOf('', { of: 'part', part: usualPart });
  const byName = new Map(named.map((each) => [each.name, each]));
  const byTeam = new Map(Object.entries(teams).map(([team, name]) => [team, byName.get(name) ?? usual]));
  return { saturatedAt, classes: [...named, usual], byName, byTeam, usual };
}
