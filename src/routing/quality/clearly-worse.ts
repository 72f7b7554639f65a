/** How many answers of a deployment were sound, and how many were not. */
export type Tally = { readonly name: string; readonly sound: number; readonly unsound: number };

/** Fewer say nothing. */
export const LEAST_JUDGED = 20;
/** Two standard deviations, as OpenRouter draws the line. */
const DEVIATIONS = 2;
/** What is surely worse by less than this is not worth a detour. */
const WORTH_A_DETOUR = 0.03;

/**
 * Those whose share of sound answers is surely below that of the best of their peers: the bounds of the two shares
 * (Wilson's score interval, which holds for small numbers and for shares near 1) do not meet.
 */
export function clearlyWorse(tallies: readonly Tally[]): readonly string[] {
  const judged = tallies.filter(({ sound, unsound }) => sound + unsound >= LEAST_JUDGED).map(boundsOf);
  if (judged.length < 2) return [];
  const best = judged.reduce((one, other) => (other.least > one.least ? other : one));
  return judged
    .filter(({ most, share }) => most < best.least && share < best.share - WORTH_A_DETOUR)
    .map(({ name }) => name);
}

type Bounds = { readonly name: string; readonly share: number; readonly least: number; readonly most: number };

function boundsOf({ name, sound, unsound }: Tally): Bounds {
  const total = sound + unsound;
  const share = sound / total;
  const square = DEVIATIONS ** 2 / total;
  const middle = share + square / 2;
  const width = DEVIATIONS * Math.sqrt((share * (1 - share)) / total + square / (4 * total));
  return { name, share, least: (middle - width) / (1 + square), most: (middle + width) / (1 + square) };
}
