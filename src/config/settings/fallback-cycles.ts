import type { FallbackCause, ModelConfiguration } from '../configuration.ts';

type Named = Pick<ModelConfiguration, 'name' | 'fallbacks'>;

export type FallbackCycle = { readonly cause: FallbackCause; readonly names: readonly [string, ...string[]] };

/**
 * Ways from a model over fallbacks for one cause back to itself, each once. Causes are told apart: a small model that
 * hands long prompts to a large one, which hands over to the small one when it fails, is no circle.
 */
export function fallbackCycles(models: readonly Named[]): readonly FallbackCycle[] {
  const causes = new Set(models.flatMap(({ fallbacks }) => Object.keys(fallbacks) as FallbackCause[]));
  const known = new Set<string>();
  return [...causes].flatMap((cause) =>
    cyclesOf(cause, models).filter(({ names }) => {
      // LiteLLM's general fallbacks stand for two causes.
      const circle = names.slice(1).sort().join('\n');
      return !known.has(circle) && known.add(circle);
    }),
  );
}

function cyclesOf(cause: FallbackCause, models: readonly Named[]): readonly FallbackCycle[] {
  const cycles: FallbackCycle[] = [];
  const isDone = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    const model = modelOf(name, models);
    if (model === null || isDone.has(model.name)) return;
    const at = path.indexOf(model.name);
    const [first] = path.slice(at);
    if (at !== -1 && first !== undefined) {
      cycles.push({ cause, names: [first, ...path.slice(at + 1), first] });
      return;
    }
    path.push(model.name);
    for (const target of model.fallbacks[cause] ?? []) visit(target);
    path.pop();
    isDone.add(model.name);
  };
  for (const { name } of models) visit(name);
  return cycles;
}

/** By its name, else by the longest pattern that it fits. null: it is not defined here. */
function modelOf(name: string, models: readonly Named[]): Named | null {
  const exact = models.find((model) => model.name === name);
  if (exact !== undefined) return exact;
  const [longest] = models
    .filter((model) => fits(name, model.name))
    .sort((one, other) => other.name.length - one.name.length);
  return longest ?? null;
}

function fits(name: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return false;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

/** What is wrong, in one line. */
export function cycleMessage({ cause, names }: FallbackCycle): string {
  return `fallbacks for '${cause}' go round in a circle: ${names.join(' -> ')}; take one of them out`;
}
