/** How one of several deployments of a model did of late. */
export type Member = {
  readonly name: string;
  readonly answered: number;
  readonly failed: number;
  /** It rests, or is put last already. */
  readonly out: boolean;
};

/** Fewer calls than this may fail by chance. */
const LEAST_CALLS = 20;
/** So far below the middle of its peers is no chance: three of four instead of nineteen of twenty. */
const FAR_BELOW = 0.2;

/**
 * The members that answer far less often than their peers, worst first; never so many that more than half of the group
 * would be out.
 */
export function outliersAmong(members: readonly Member[]): readonly string[] {
  const room = Math.floor(members.length / 2) - members.filter(({ out }) => out).length;
  if (room <= 0) return [];
  const judged = members.filter(({ answered, failed, out }) => !out && answered + failed >= LEAST_CALLS);
  if (judged.length < 2) return [];
  const rates = judged.map((member) => ({
    name: member.name,
    rate: member.answered / (member.answered + member.failed),
  }));
  return rates
    .filter(({ name, rate }) => {
      const peers = rates.filter((other) => other.name !== name).map((other) => other.rate);
      return rate <= median(peers) - FAR_BELOW;
    })
    .sort((a, b) => a.rate - b.rate)
    .slice(0, room)
    .map(({ name }) => name);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
