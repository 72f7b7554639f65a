import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../support/seeded.ts';
import { SharesWorld, type Weather } from './shares-world.ts';

/** `TEST_SEED=17 npm test -- test/simulation/shares` plays that world alone. */
const ONLY = process.env['TEST_SEED'];
const WORLDS = Number(process.env['TEST_WORLDS'] ?? 340);
const SEEDS = ONLY === undefined ? Array.from({ length: WORLDS }, (_, index) => index + 1) : [Number(ONLY)];

const CALM = { lost: 0, crashes: 0, pauses: 0, longestPauseMs: 0, jumps: 0, outages: 0 } as const;
/** For worlds that take long. */
const SOME = SEEDS.filter((_, index) => index % 10 === 0);

function weatherOf(seed: number, given: (random: () => number) => Partial<Weather>) {
  const random = seeded(seed);
  const processes = 1 + Math.floor(random() * 5);
  const limit = random() < 0.2 ? 1 + Math.floor(random() * processes) : 5 + Math.floor(random() ** 2 * 200);
  const weather: Weather = {
    processes,
    limit,
    windowMs: 60_000,
    heldMs: 0,
    callsPerSecond: 0.5 + (limit / 60) * (1.3 + 1.5 * random()),
    skew: random() < 0.5 ? 0 : random(),
    amount: 1,
    seconds: 130,
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
        const all = played.admittedIn(0, 130_000);
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

/** Between two moments, of the processes that had calls all the time. */
test('none that has calls gets nothing, however small the limit', async () => {
  for (const seed of SOME) {
    await play(
      seed,
      (random) => ({ processes: 3, limit: 1 + Math.floor(random() * 3), skew: 0, callsPerSecond: 1.5, seconds: 900 }),
      (world, { limit }) => {
        assert.ok(world.mostInAWindow() <= limit, `${world.mostInAWindow()} of ${limit}`);
        assert.ok(world.admittedIn(0, 900_000) >= 15 * limit * 0.85, `${world.admittedIn(0, 900_000)}`);
        const served = new Set(world.admitted.map(({ process }) => process));
        assert.equal(served.size, 3, 'one never had its turn');
      },
    );
  }
});

test('what others do not use is there within three seconds', async () => {
  for (const seed of SEEDS) {
    await play(
      seed,
      (random) => ({ processes: 2 + Math.floor(random() * 4), limit: 60, skew: 1, callsPerSecond: 20, seconds: 6 }),
      (world) => {
        assert.equal(world.admittedIn(0, 4_000), 60);
      },
    );
    // Both at first, then one alone: the other's half comes to it as that leaves the window.
    await play(
      seed,
      () => ({ processes: 2, limit: 100, skew: 0.98, callsPerSecond: 12, seconds: 89 }),
      (world) => {
        assert.ok(world.admittedIn(0, 60_000) >= 98 && world.admittedIn(0, 60_000) <= 100);
      },
    );
  }
});

test('places: never more than there are, none idle for long while calls are refused', async (context) => {
  let [admitted, refused] = [0, 0];
  for (const seed of SEEDS) {
    const world = await play(
      seed,
      (random) => ({
        windowMs: null,
        limit: 1 + Math.floor(random() * 30),
        heldMs: 100 + random() * 2_000,
        callsPerSecond: 30,
        seconds: 20,
      }),
      (played, { limit, heldMs }) => {
        assert.ok(played.mostRunning <= limit, `${played.mostRunning} of ${limit}`);
        const most = Math.min(30 * 20, (limit / heldMs) * 20_000);
        // Where most calls come to one process at a time, or places are had in turn, a change begins with a pause.
        const least = 0.35;
        assert.ok(played.admitted.length >= most * least, `${played.admitted.length} of ${most}`);
      },
    );
    admitted += world.admitted.length;
    refused += world.refused;
  }
  context.diagnostic(JSON.stringify({ admitted, refused }));
});

test('messages lost, processes that die and pause, an outage: never more than a share too much for each of them', async (context) => {
  let [admitted, over] = [0, 0];
  for (const seed of SEEDS) {
    const world = await play(
      seed,
      (random) => ({
        lost: random() * 0.2,
        crashes: Math.floor(random() * 3),
        pauses: Math.floor(random() * 3),
        longestPauseMs: 20_000,
        outages: random() < 0.3 ? 1 : 0,
      }),
      (played, { limit, outages }) => {
        const excess = played.mostInAWindow() - limit;
        const most = outages > 0 ? limit + played.processes.length : played.unfounded;
        assert.ok(excess <= most, `${excess} over ${limit}, ${most} may be`);
        if (excess > 0) over++;
      },
    );
    admitted += world.admitted.length;
  }
  context.diagnostic(JSON.stringify({ admitted, over }));
});

test('when the clock of the store jumps, at most one limit more gets through', async () => {
  for (const seed of SEEDS) {
    await play(
      seed,
      () => ({ jumps: 3 }),
      (world, { limit }) => {
        const most = world.mostInAWindow();
        assert.ok(most <= 2 * limit, `${most} of ${limit}`);
      },
    );
  }
});
