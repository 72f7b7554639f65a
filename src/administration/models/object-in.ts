import type { JsonFacts } from '../../catalog/index.ts';

/** Empty where there is none of that name. */
export function objectIn(facts: JsonFacts, name: string): JsonFacts {
  const value = facts[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function textsIn(facts: JsonFacts, name: string): readonly string[] {
  const value = facts[name];
  return Array.isArray(value) ? value.map(String) : [];
}
