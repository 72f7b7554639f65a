import { isDeepStrictEqual } from 'node:util';
import { governedOfKey, governedOfParty, plain } from './governed.ts';
import type { KeyStep, PartyStep } from './reconciliation.ts';

/** One fact that becomes another; amounts are text. */
export type ChangedFact = { readonly fact: string; readonly before: unknown; readonly after: unknown };

/** What a step makes of facts that are there; those of one who is made or removed are not told one by one. */
export function changedFacts(step: PartyStep | KeyStep): readonly ChangedFact[] {
  if (step.verb !== 'change' || step.before === null || step.after === null) return [];
  return 'hash' in step ? changedOfKey(step) : changedOfParty(step);
}

function changedOfParty({ before, after }: PartyStep): readonly ChangedFact[] {
  if (before === null || after === null) return [];
  return differing(governedOfParty(before), governedOfParty(after));
}

function changedOfKey({ before, after, hash }: KeyStep): readonly ChangedFact[] {
  if (before === null || after === null) return [];
  const wanted = governedOfKey({ ...before, ...after, caller: { ...before.caller, ...after } });
  const facts = differing(governedOfKey(before), wanted);
  // Neither secret is told.
  return hash === null || hash === before.hash ? facts : [...facts, { fact: 'secret', before: null, after: null }];
}

/** Terms and settings are told one by one. */
function differing(before: object, after: object): readonly ChangedFact[] {
  const [one, other] = [flat(plain(before)), flat(plain(after))];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((fact) =>
    isDeepStrictEqual(one[fact], other[fact]) ? [] : [{ fact, before: one[fact] ?? null, after: other[fact] ?? null }],
  );
}

function flat(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { terms, settings, ...others } = facts;
  return { ...others, ...(terms ?? {}), ...(settings ?? {}) };
}
