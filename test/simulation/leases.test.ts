import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../support/seeded.ts';
import { LeasesWorld, type Weather } from './leases-world.ts';

/** `TEST_SEED=17 npm test -- test/simulation/leases` plays that world alone. */
const ONLY = process.env['TEST_SEED'];
const WORLDS = Number(process.env['TEST_WORLDS'] ?? 500);
const SEEDS = ONLY === undefined ? Array.from({ length: WORLDS }, (_, index) => index + 1) : [Number(ONLY)];

const CALM: Pick<Weather, 'lost' | 'twice' | 'crashes' | 'pauses' | 'longestPauseMs' | 'jumps' | 'limitChanges'> = {
  lost: 0,
  twice: 0,
  crashes: 0,
  pauses: 0,
  longestPauseMs: 0,
  jumps: 0,
  limitChanges: 0,
};

function weatherOf(seed: number, given: Partial<Weather>): { weather: Weather; random: () => number } {
  const random = seeded(seed);
  const processes = 1 + Math.floor(random() * 5);
  const most = 10 + Math.floor(random() * 300);
  const limit = Math.floor(most * (2 + random() ** 2 * 150));
  const weather = {
    processes,
    pots: 1 + Math.floor(random() * 3),
    limit,
    calls: 50 + Math.floor(random() * 300),
    amounts: [Math.max(1, Math.floor(most * random())), most] as const,
    withinMs: 50 + random() * 8_000,
    delayMs: 1 + random() * 12,
    ...CALM,
    ...given,
  };
  return { weather, random };
}

function play(seed: number, given: (random: () => number) => Partial<Weather>, check: (world: LeasesWorld) => void) {
  const { weather, random } = weatherOf(seed, given(seeded(seed + 1_000_000)));
  const world = new LeasesWorld(weather, random);
  try {
    world.run();
    assert.deepEqual(world.faults.slice(0, 3), []);
    assert.equal(world.stillHeld(), 0, 'something is held though no call is under way');
    assert.equal(world.stillLeased(), 0, 'something is leased though all have given back');
    check(world);
  } catch (error) {
    throw new Error(`world ${seed} (TEST_SEED=${seed} plays it alone), ${JSON.stringify(weather)}`, { cause: error });
  }
  return world;
}

test('posted and leased stay within the limit while messages are lost, late and doubled, and processes die', (context) => {
  const sums = { served: 0, refused: 0, unavailable: 0, uncovered: 0 };
  for (const seed of SEEDS) {
    const world = play(
      seed,
      (random) => ({
        lost: random() * 0.2,
        twice: random() * 0.2,
        crashes: Math.floor(random() * 5),
        pauses: Math.floor(random() * 4),
        longestPauseMs: 90_000,
        jumps: Math.floor(random() * 3),
      }),
      (played) => assert.equal(played.uncovered, 0),
    );
    sums.served += world.served;
    sums.refused += world.refused.length;
    sums.unavailable += world.unavailable;
  }
  context.diagnostic(JSON.stringify(sums));
  assert.ok(sums.served > 0 && (ONLY !== undefined || (sums.refused > 0 && sums.unavailable > 0)));
});

test('nobody is refused while there was enough for it all the time, whoever had it', (context) => {
  const sums = { served: 0, refused: 0 };
  for (const seed of SEEDS) {
    const world = play(
      seed,
      () => ({}),
      (played) => {
        for (const { needed, leastAvailable } of played.refused) {
          assert.ok(leastAvailable < needed, `${needed} were refused, and ${leastAvailable} were there`);
        }
        assert.equal(played.unavailable, 0);
      },
    );
    sums.served += world.served;
    sums.refused += world.refused.length;
  }
  context.diagnostic(JSON.stringify(sums));
  assert.ok(ONLY !== undefined || sums.refused > 0);
});

test('limits may change at any time, and a process that was paused for an hour does no harm', () => {
  for (const seed of SEEDS) {
    play(
      seed,
      (random) => ({
        ...(random() < 0.4 ? { processes: 1 } : {}),
        pauses: Math.floor(random() * 3),
        longestPauseMs: 3_600_000,
        limitChanges: Math.floor(random() * 6),
      }),
      () => undefined,
    );
  }
});

test('wallets: what is granted while they are spent from is there for all, and nothing beyond it', (context) => {
  const sums = { served: 0, refused: 0 };
  for (const seed of SEEDS) {
    const world = play(
      seed,
      (random) => ({ grants: Math.floor(random() * 12), limitChanges: 0 }),
      (played) => {
        for (const { needed, leastAvailable } of played.refused) {
          assert.ok(leastAvailable < needed, `${needed} were refused, and ${leastAvailable} were there`);
        }
        assert.equal(played.unavailable, 0);
      },
    );
    play(
      seed,
      (random) => ({ grants: 5, lost: random() * 0.2, twice: random() * 0.2, crashes: Math.floor(random() * 4) }),
      (played) => assert.equal(played.uncovered, 0),
    );
    sums.served += world.served;
    sums.refused += world.refused.length;
  }
  context.diagnostic(JSON.stringify(sums));
  assert.ok(ONLY !== undefined || sums.refused > 0);
});
