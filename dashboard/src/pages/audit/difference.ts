import type { AuditFacts } from '../../api/audit.ts';

/** One field of what was changed; undefined: it was not there. */
export type FieldChange = { readonly field: string; readonly before: unknown; readonly after: unknown };

/** What two states of a thing differ in, field by field, those within others by their path. */
export function differenceOf(before: AuditFacts | null, after: AuditFacts | null): readonly FieldChange[] {
  const [was, is] = [fieldsOf(before ?? {}), fieldsOf(after ?? {})];
  const fields = [...new Set([...was.keys(), ...is.keys()])];
  return fields
    .map((field) => ({ field, before: was.get(field), after: is.get(field) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

function fieldsOf(value: AuditFacts, path = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, each] of Object.entries(value)) {
    const field = path === '' ? name : `${path}.${name}`;
    if (!isFacts(each)) found.set(field, each);
    else for (const [inner, leaf] of fieldsOf(each, field)) found.set(inner, leaf);
  }
  return found;
}

/** What holds nothing is a value, and a list is one as well. */
function isFacts(value: unknown): value is AuditFacts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}
