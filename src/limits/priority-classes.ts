/** Of a deployment, in a minute. */
type Rates = { readonly rpm: number | null; readonly tpm: number | null };

/** Keys that are guaranteed a part of each deployment's rates when these are nearly used up. */
export type PriorityClass = {
  /** Empty: of the keys without a class. */
  readonly name: string;
  /** Of `requests` and `tokens` a minute, or a part of either, between 0 and 1. */
  readonly reserved:
    | { readonly of: 'part'; readonly part: number }
    | { readonly of: 'rpm' | 'tpm'; readonly amount: number };
};

export type PriorityClasses = {
  /** From this part of a limit on, reservations are kept; below it everybody may use everything. */
  readonly saturatedAt: number;
  readonly classes: readonly PriorityClass[];
};

/** What a class has used of a deployment's rate in the last minute. */
export type UsedBy = (priorityClass: PriorityClass) => number;

/** The part of a deployment's limits that a class is guaranteed. */
export function reservedPart({ reserved }: PriorityClass, limits: Rates): number {
  if (reserved.of === 'part') return reserved.part;
  const limit = limits[reserved.of];
  return limit === null || limit <= 0 ? 0 : Math.min(1, reserved.amount / limit);
}

/**
 * How much of `allowed` a call of this class may leave in use. Where the rate is saturated, it must leave what the other
 * classes are guaranteed and have not used yet, unless it is within what its own is guaranteed.
 */
export function ceilingFor(
  own: PriorityClass,
  { classes, saturatedAt }: PriorityClasses,
  limits: Rates,
  amount: number,
  allowed: number,
  usedBy: UsedBy,
): number {
  if (usedBy(own) + amount <= reservedPart(own, limits) * allowed) return allowed;
  let kept = 0;
  for (const other of classes) {
    if (other.name !== own.name) kept += Math.max(0, reservedPart(other, limits) * allowed - usedBy(other));
  }
  return Math.max(saturatedAt * allowed, allowed - kept);
}
