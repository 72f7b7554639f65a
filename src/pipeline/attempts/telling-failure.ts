import type { Failure } from './attempt-error.ts';

/**
 * The failure that the caller is told of, from the most useful on: one that the caller can do something about, the
 * asked model's before those of its stand-ins, the first before later ones. What is wrong with a credential of ours
 * tells a caller nothing, and is told only where nothing else is known.
 */
export function tellingFailure(failures: readonly Failure[]): Failure | null {
  const [asked] = failures;
  const ofAsked = failures.filter(({ model }) => model === asked?.model);
  return firstTelling(ofAsked) ?? firstTelling(failures) ?? asked ?? null;
}

function firstTelling(failures: readonly Failure[]): Failure | null {
  const byCaller = failures.find(({ verdict }) => verdict.about === 'caller');
  return byCaller ?? failures.find(({ verdict }) => verdict.about !== 'credential') ?? null;
}
