import type { AskAnswer, AskRequest } from '../../network/index.ts';
import type { Surroundings } from './surroundings.ts';

/** What tests give a credential's chain in the place of a machine, and what it was asked. */
export type FakeSurroundings = Surroundings & {
  readonly asked: (AskRequest & { readonly by: 'ask' | 'askMetadata' })[];
  readonly advance: (ms: number) => void;
};

export type FakeMachine = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** null: nobody is at that address. */
  readonly answer?: (request: AskRequest) => AskAnswer | null;
};

export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

export function fakeSurroundings({ environment = {}, files = {}, answer }: FakeMachine): FakeSurroundings {
  let nowMs = NOW_MS;
  const asked: FakeSurroundings['asked'] = [];
  const asking = (by: 'ask' | 'askMetadata') => async (request: AskRequest) => {
    asked.push({ ...request, by });
    const given = answer?.(request) ?? null;
    if (given === null) throw new Error('nobody there');
    return given;
  };
  return {
    environment,
    readText: async (path) => files[path] ?? null,
    ask: asking('ask'),
    askMetadata: asking('askMetadata'),
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    asked,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

export function json(body: unknown, status = 200): AskAnswer {
  return { status, text: JSON.stringify(body) };
}
