import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../support/seeded.ts';
import { SharesWorld, type Weather } from './shares-world.ts';

/** `TEST_SEED=17 npm test -- test/simulation/shares` plays that world alone. */
const ONLY = process.env['TEST_SEED'];
const WORLDS = Number(process.env['TEST_WORLDS'] ?? 60);
const SEEDS = ONLY === undefined ? Array.from({ length: WORLDS }, (_, index) => index + 1) : [Number(ONLY)];

const CALM = { lost: 0, crashes: 0, pauses: 0, longestPauseMs: 0, jumps: 0, outages: 0 } as const;

function weatherOf(seed: number, given: (random: () => number) => Partial<Weather>) {
  const random = seeded(seed);
  const processes = 1 + Math.floor(random() * 5);
  const limit = random() < 0.2 ? 1 + Math.floor(random() * processes) : 5 + Math.floor(random() ** 2 * 400);
  const weather: Weather = {
    processes,
    limit,
    windowMs: 60_000,
    heldMs: 0,
    callsPerSecond: 1 + (limit / 60) * (1.5 + 3 * random()),
    skew: random() < 0.5 ? 0 : random(),
    amount: 1,
    seconds: 150,
    delayMs: 1 + random() * 15,
    ...CALM,
    ...given(random),
  };
  return { weather, random };
}

async function play(
  seed: number,
  given: (random: () => number) => Partial<Weather>,
  check: (world: SharesWorld, weather: Weather) => void,
) {
  const { weather, random } = weatherOf(seed, given);
  const world = new SharesWorld(weather, random);
  try {
    await world.run();
    check(world, weather);
  } catch (error) {
    throw new Error(`world ${seed} (TEST_SEED=${seed} plays it alone), ${JSON.stringify(weather)}`, { cause: error });
  }
  return world;
}

test('in calm weather a limit is never passed in any minute, and is used up', async (context) => {
  let [admitted, refused, rounds, possible] = [0, 0, 0, 0];
  for (const seed of SEEDS) {
    const world = await play(
      seed,
      () => ({}),
      (played, { limit }) => {
        assert.ok(played.mostInAWindow() <= limit, `${played.mostInAWindow()} of ${limit} in a minute`);
        const all = played.admittedIn(0, 150_000);
        // Two minutes and the half of a third: a burst at each start, or evenly.
        assert.ok(all >= limit * 2 * 0.97 - 2, `${all} of ${limit} a minute in two and a half`);
      },
    );
    admitted += world.admitted.length;
    refused += world.refused;
    rounds += world.rounds;
    possible += world.processes.length * 150;
  }
  context.diagnostic(JSON.stringify({ admitted, refused, rounds, possible }));
});
