/** A name that holds the other one counts as this far. */
const CONTAINED = 2;

/** Up to `count` candidates nearest to `name` by edits, nearest first; none that shares less than half of it. */
export function nearestNames(name: string, candidates: Iterable<string>, count: number): readonly string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    const distance =
      offered.includes(wanted) || wanted.includes(offered)
        ? Math.min(CONTAINED, editDistance(wanted, offered))
        : editDistance(wanted, offered);
    if (distance <= Math.max(2, Math.max(wanted.length, offered.length) / 2)) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
  return scored.slice(0, count).map((entry) => entry.candidate);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
