import { type Accepts, PatternFault, type PatternNode, parsePattern } from './pattern-syntax.ts';

/**
 * Regular expressions from users, matched in a time that is linear in the text: all states of the pattern's automaton are
 * followed at once, and nothing is ever tried again (Thompson's construction). The words are those of RE2: literals, `.`,
 * classes, `\d \w \s \b`, groups, `|`, `* + ? {m,n}`, `^ $`, `(?i)`. What needs memory of what was matched (back
 * references, looking around) cannot be said.
 */
export type LinearPattern = { readonly matches: (text: string) => boolean };

export type ParsedPattern =
  | { readonly ok: true; readonly pattern: LinearPattern }
  | { readonly ok: false; readonly reason: string };

/** A step of the automaton; `out` are the numbers of those that may follow. */
type Step = {
  readonly accepts: Accepts | null;
  readonly holds: ((text: string, at: number) => boolean) | null;
  out: number[];
};

const MAX_STEPS = 2_000;

export function parseLinearPattern(source: string): ParsedPattern {
  try {
    const node = parsePattern(source);
    const steps: Step[] = [];
    const start = build(node, push(steps, null, null), steps);
    return { ok: true, pattern: { matches: (text) => runs(steps, start, text) } };
  } catch (error) {
    if (error instanceof PatternFault) return { ok: false, reason: error.message };
    throw error;
  }
}

function push(steps: Step[], accepts: Accepts | null, holds: Step['holds']): number {
  if (steps.length >= MAX_STEPS) throw new PatternFault('it is too long');
  return steps.push({ accepts, holds, out: [] }) - 1;
}

/** Builds from the end: `next` is the step after the node. Gives the node's first step. Step 0 is the end of all. */
function build(node: PatternNode, next: number, steps: Step[]): number {
  switch (node.kind) {
    case 'one':
    case 'at': {
      const at = push(steps, node.kind === 'one' ? node.accepts : null, node.kind === 'at' ? node.holds : null);
      steps[at]?.out.push(next);
      return at;
    }
    case 'all':
      return node.nodes.reduceRight((after, each) => build(each, after, steps), next);
    case 'any': {
      const fork = push(steps, null, null);
      steps[fork]?.out.push(...node.nodes.map((each) => build(each, next, steps)));
      return fork;
    }
    case 'repeat': {
      let after = next;
      if (node.most === Number.POSITIVE_INFINITY) {
        const loop = push(steps, null, null);
        steps[loop]?.out.push(build(node.node, loop, steps), next);
        after = loop;
      } else
        for (let count = node.least; count < node.most; count++) {
          const fork = push(steps, null, null);
          steps[fork]?.out.push(build(node.node, after, steps), next);
          after = fork;
        }
      for (let count = 0; count < node.least; count++) after = build(node.node, after, steps);
      return after;
    }
  }
}

function runs(steps: readonly Step[], start: number, text: string): boolean {
  const seenAt = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  const enter = (first: number, at: number, into: number[]): boolean => {
    const waiting = [first];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const step = steps[number];
      if (step === undefined || seenAt[number] === at) continue;
      seenAt[number] = at;
      if (number === 0) return true;
      if (step.accepts !== null) into.push(number);
      else if (step.holds === null || step.holds(text, at)) waiting.push(...step.out);
    }
    return false;
  };
  for (let at = 0; ; at++) {
    // A match may begin anywhere.
    if (enter(start, at, current)) return true;
    if (at >= text.length) return false;
    const code = text.charCodeAt(at);
    const following: number[] = [];
    for (const number of current) {
      const step = steps[number];
      if (step?.accepts?.(code) !== true) continue;
      for (const out of step.out) if (enter(out, at + 1, following)) return true;
    }
    current = following;
  }
}
