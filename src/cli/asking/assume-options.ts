/** What `--assume` says, as `assume` of POST /utils/explain would have it; not yet looked at. */
export type SaidAssumption = {
  readonly down: readonly string[];
  readonly prices: Readonly<Record<string, { readonly input: string; readonly output: string }>>;
};

const DOWN = 'down';

/** Each is `deployment=down` or `deployment=input/output`, in USD for a million tokens; the wrong one is given back. */
export function readAssumptions(options: readonly string[]): SaidAssumption | { readonly wrong: string } {
  const down: string[] = [];
  const prices: Record<string, { input: string; output: string }> = {};
  for (const option of options) {
    // A deployment's own id may hold any sign.
    const at = option.lastIndexOf('=');
    const [id, said] = [option.slice(0, Math.max(0, at)), option.slice(at + 1)];
    const [input, output, ...more] = said.split('/');
    if (id !== '' && said === DOWN) down.push(id);
    else if (id === '' || input === undefined || output === undefined || more.length > 0) return { wrong: option };
    else prices[id] = { input, output };
  }
  return { down, prices };
}
