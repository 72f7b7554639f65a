/** What one process has of a limit, and would like to have. */
export type Claim = {
  readonly process: string;
  /** In use: nobody can take it away. */
  readonly used: number;
  /** Infinity: as much as there is. */
  readonly want: number;
  /** Of those whom it has to refuse; 0: it has enough. */
  readonly pressed: number;
  /** The largest amount that it had to refuse. */
  readonly need: number;
};

/**
 * How much of a limit the process `own` should have: weighted max-min fairness, in whole units. Everybody keeps what is
 * in use and gets no more than it wants; those who want more share what is left by their weights. What cannot be divided,
 * and a call that is larger than its process's part, goes by turns: all processes know whose turn it is.
 */
export function fairShare(limit: number, own: Claim, others: readonly Claim[], turn: number): number {
  const claims = others.length === 0 ? [own] : [own, ...others];
  const pressed = claims.filter((claim) => claim.pressed > 0);
  const inTurn = pressed.length > 1 ? inOrderOf(pressed, turn) : pressed;
  const shares = filled(limit, claims, null);
  const [first] = inTurn;
  if (first !== undefined && (shares.get(first) ?? 0) < first.need) {
    let elsewhere = -first.used;
    for (const { used } of claims) elsewhere += used;
    const least = Math.max(first.used, Math.min(limit - elsewhere, first.used + first.need));
    return divided(limit, filled(limit, claims, { claim: first, least }), inTurn, own);
  }
  return divided(limit, shares, inTurn, own);
}

function divided(limit: number, shares: ReadonlyMap<Claim, number>, inTurn: readonly Claim[], own: Claim): number {
  const share = shares.get(own) ?? 0;
  const place = inTurn.indexOf(own);
  if (place === -1) return share;
  let sum = 0;
  for (const each of shares.values()) sum += each;
  const left = Math.floor(limit - sum);
  // Of those that stand before it, everybody takes one more.
  return share + (left > place && share < limit ? 1 : 0);
}

type Raised = { readonly claim: Claim; readonly least: number } | null;

const STEPS = 48;

function filled(limit: number, claims: readonly Claim[], raised: Raised): ReadonlyMap<Claim, number> {
  const least = (claim: Claim): number => (raised?.claim === claim ? raised.least : claim.used);
  const at = (level: number, claim: Claim): number =>
    Math.max(least(claim), Math.min(claim.want, level * (claim.pressed > 0 ? claim.pressed : 1)));
  let [low, high] = [0, limit / Math.min(1, ...claims.map(({ pressed }) => (pressed > 0 ? pressed : 1)))];
  for (let step = 0; step < STEPS && high - low > 1e-9 * limit; step++) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (const claim of claims) sum += at(middle, claim);
    if (sum > limit) high = middle;
    else low = middle;
  }
  // What comes out a hair below a whole number is that number.
  return new Map(claims.map((claim) => [claim, Math.floor(at(high, claim) + 1e-6 * Math.max(1, limit * 1e-3))]));
}

/** The same everywhere, and in each turn another one is the first. */
function inOrderOf(claims: readonly Claim[], turn: number): readonly Claim[] {
  const sorted = claims.toSorted((one, other) => (one.process < other.process ? -1 : 1));
  const first = turn % sorted.length;
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}
