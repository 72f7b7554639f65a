import { plainName, undated } from '../model-name.ts';

/** `-latest` moves like a name without a date; Vertex AI hangs dates on with an `@`. */
function undatedPlain(name: string): string {
  return undated(spelledPlain(name)).replace(/-latest$/, '');
}

function spelledPlain(name: string): string {
  return plainName(name).replace('@', '-');
}

/**
 * Finds a configured name that differs from another by a date, or by dots for dashes. Two different dates are two
 * models. Among several the nearest: the same date, then none, then the latest.
 */
export function openConfiguredSpellings(names: readonly string[]): (name: string) => string | null {
  const byModel = new Map<string, string[]>();
  for (const name of names) {
    if (name.includes('*')) continue;
    const model = undatedPlain(name);
    byModel.set(model, [...(byModel.get(model) ?? []), name]);
  }
  return (asked) => {
    const model = undatedPlain(asked);
    const plain = spelledPlain(asked);
    const isDated = undated(plain) !== plain;
    const same = (byModel.get(model) ?? []).filter((name) => name !== asked);
    const exact = same.find((name) => spelledPlain(name) === plain);
    const withoutDate = same.find((name) => undated(spelledPlain(name)) === spelledPlain(name));
    return exact ?? withoutDate ?? (isDated ? null : (same.sort().at(-1) ?? null));
  };
}
