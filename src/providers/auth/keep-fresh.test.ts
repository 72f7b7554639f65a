import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Expiring, keepFresh } from './keep-fresh.ts';

const MINUTE_MS = 60_000;

function kept(lifetimeMs: number | null) {
  let nowMs = 0;
  let fetches = 0;
  let isBroken = false;
  const fetch = async (): Promise<Expiring<number>> => {
    fetches++;
    if (isBroken) throw new Error('no token');
    return { value: fetches, expiresMs: lifetimeMs === null ? null : nowMs + lifetimeMs };
  };
  const get = keepFresh(fetch, { nowMs: () => nowMs, monotonicMs: () => nowMs });
  return {
    get,
    fetches: () => fetches,
    breakDown: (broken: boolean) => {
      isBroken = broken;
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

test('one fetch serves all who wait; then it is at hand at once', async () => {
  const { get, fetches } = kept(60 * MINUTE_MS);
  assert.deepEqual(await Promise.all([get(), get(), get()]), [1, 1, 1]);
  assert.equal(get(), 1);
  assert.equal(fetches(), 1);
});

test('what does not expire is fetched once', async () => {
  const { get, fetches, advance } = kept(null);
  await get();
  advance(1e12);
  assert.equal(get(), 1);
  assert.equal(fetches(), 1);
});

test('shortly before it expires it is fetched anew, while calls go on with the old one', async () => {
  const { get, advance, settle, fetches } = kept(60 * MINUTE_MS);
  await get();
  advance(56 * MINUTE_MS);
  assert.equal(get(), 1);
  assert.equal(get(), 1);
  await settle();
  assert.equal(get(), 2);
  assert.equal(fetches(), 2);
});

test('a fetch ahead of time that fails is tried again later, and told only when nothing is left', async () => {
  const { get, advance, settle, fetches, breakDown } = kept(60 * MINUTE_MS);
  await get();
  breakDown(true);
  advance(56 * MINUTE_MS);
  assert.equal(get(), 1);
  await settle();
  assert.equal(get(), 1);
  assert.equal(fetches(), 2);
  advance(MINUTE_MS);
  assert.equal(get(), 1);
  await settle();
  assert.equal(fetches(), 3);
  advance(10 * MINUTE_MS);
  await assert.rejects(async () => get(), /no token/);
  breakDown(false);
  assert.equal(await get(), 5);
});
