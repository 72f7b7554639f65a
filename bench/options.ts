import { parseArgs } from 'node:util';
import { defaultTargets } from './targets/index.ts';

export const lanes = ['cpu', 'stream', 'latency', 'first-byte', 'memory', 'start'] as const;
export type Lane = (typeof lanes)[number];

export type Options = {
  readonly quick: boolean;
  readonly targets: readonly string[];
  readonly only: readonly Lane[];
  readonly rounds: number;
  readonly rps: number;
  /** Of the two lanes that count processor time. */
  readonly cpuWindowMs: number;
  /** Of the two lanes that send at a fixed rate. */
  readonly rateWindowMs: number;
  /** Before each window. */
  readonly warmMs: number;
  /**
   * Of each target once, before the first round: until then its code is being compiled. After two seconds of it a request
   * took 158 us, in the windows of five seconds after that 124, 120, 122, 120, 120.
   */
  readonly warmUpMs: number;
  /** Of the lanes that start processes of their own, memory and start: they take longest and vary least. */
  readonly freshRounds: number;
};

export const usage = `npm run bench -- [options]

  --quick            windows of 1.5 s: a look, not a measurement
  --targets a,b      of ${defaultTargets.join(', ')},
                     or the path of a module that exports a target
  --only a,b         of ${lanes.join(', ')}
  --rounds N         rounds over all targets (5, with --quick 2)
  --rps N            rate of the lanes latency and first-byte (500)
  --help
`;

export class UsageError extends Error {}

function list(text: string | undefined): string[] | null {
  const items = text?.split(',').map((item) => item.trim());
  return items?.filter((item) => item !== '') ?? null;
}

function positive(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} takes a whole number from 1 on, not ${text}`);
  return value;
}

function isLane(name: string): name is Lane {
  return lanes.some((lane) => lane === name);
}

function chosenLanes(text: string | undefined): readonly Lane[] {
  const names = list(text);
  if (names === null) return lanes;
  return names.map((name) => {
    if (!isLane(name)) throw new UsageError(`--only knows ${lanes.join(', ')}, not ${name}`);
    return name;
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        targets: { type: 'string' },
        only: { type: 'string' },
        rounds: { type: 'string' },
        rps: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Null when only help was asked for. */
export function readOptions(args: readonly string[]): Options | null {
  const given = parse(args);
  if (given.help) return null;
  const { quick } = given;
  return {
    quick,
    targets: list(given.targets) ?? defaultTargets,
    only: chosenLanes(given.only),
    rounds: positive('rounds', given.rounds, quick ? 2 : 5),
    rps: positive('rps', given.rps, 500),
    cpuWindowMs: quick ? 1_500 : 5_000,
    rateWindowMs: quick ? 1_500 : 3_500,
    warmMs: quick ? 300 : 500,
    warmUpMs: quick ? 3_000 : 8_000,
    freshRounds: quick ? 1 : 3,
  };
}
