import type { ModelConfiguration } from '../configuration.ts';

type Named = Pick<ModelConfiguration, 'name' | 'fallbacks'>;

/** A way from a model over fallbacks back to itself, whatever their causes: its names in order. null: there is none. */
export function findFallbackCycle(models: readonly Named[]): readonly string[] | null {
  const targets = new Map(models.map(({ name, fallbacks }) => [name, [...new Set(Object.values(fallbacks).flat())]]));
  const isDone = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): readonly string[] | null => {
    const at = path.indexOf(name);
    if (at !== -1) return [...path.slice(at), name];
    if (isDone.has(name)) return null;
    path.push(name);
    for (const target of targets.get(name) ?? []) {
      const cycle = visit(target);
      if (cycle !== null) return cycle;
    }
    path.pop();
    isDone.add(name);
    return null;
  };
  for (const { name } of models) {
    const cycle = visit(name);
    if (cycle !== null) return cycle;
  }
  return null;
}
