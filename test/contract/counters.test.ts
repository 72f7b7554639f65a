import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Counters,
  openMemoryCounters,
  openPostgresCounters,
  openRedisCounters,
  type ShareAnswer,
  type ShareAsk,
} from '../../src/store/index.ts';
import { type RedisServer, redisMissing, startRedis } from '../support/redis.ts';
import { onPostgres } from './on-both-databases.ts';

const MINUTE_MS = 60_000;

function askOf(name: string, given: Partial<ShareAsk> = {}): ShareAsk {
  return { name, limit: 100, windowMs: MINUTE_MS, keep: 0, want: 0, used: 0, pressed: 0, need: 0, ...given };
}

let ops = 0;

async function ask(counters: Counters, process: string, given: ShareAsk): Promise<ShareAnswer> {
  const { answers } = await counters.exchange({ process, op: ++ops, asks: [given] });
  assert.ok(answers[0]);
  return answers[0];
}

/** `late` answers the same counters as after so many milliseconds; null where time cannot be moved. */
type Opened = { readonly counters: Counters; readonly late: ((ms: number) => Promise<void>) | null };

function behave(open: () => Promise<Opened>): void {
  let names = 0;
  const newName = (): string => `key:k${++names} requests`;

  it('give each what is left, what it keeps in any case, and tell who else has some', async () => {
    const { counters } = await open();
    const name = newName();
    assert.deepEqual(await ask(counters, 'a', askOf(name, { want: 70, used: 5 })), { name, cap: 70, others: [] });
    const second = await ask(counters, 'b', askOf(name, { want: 70, pressed: 1, need: 3 }));
    const a = { process: 'a', cap: 70, used: 5, pressed: 0, need: 0, isLive: true };
    assert.deepEqual(second, { name, cap: 30, others: [a] });
    const less = await ask(counters, 'a', askOf(name, { keep: 20, want: 20 }));
    assert.deepEqual(less, {
      name,
      cap: 20,
      others: [{ process: 'b', cap: 30, used: 0, pressed: 1, need: 3, isLive: true }],
    });
    assert.equal((await ask(counters, 'b', askOf(name, { keep: 30, want: 100 }))).cap, 80);
    assert.equal((await ask(counters, 'a', askOf(name, { keep: 25, want: 60 }))).cap, 25, 'it has used that already');
    assert.equal((await ask(counters, 'b', askOf(name, { keep: 10, want: 90, limit: 50 }))).cap, 25, 'a lower limit');
  });

  it('name the limits of which anybody has too little, and count the living', async () => {
    const { counters } = await open();
    const [short, ample] = [newName(), newName()];
    await counters.exchange({ process: 'p1', op: ++ops, asks: [askOf(short, { want: 1, pressed: 1 }), askOf(ample)] });
    const heard = await counters.exchange({ process: 'p2', op: ++ops, asks: [] });
    assert.ok(heard.pressed.includes(short) && !heard.pressed.includes(ample));
    assert.ok(heard.live >= 2);
    assert.deepEqual(heard.answers, []);
    await counters.leave('p1');
    assert.equal((await counters.exchange({ process: 'p2', op: ++ops, asks: [] })).live, heard.live - 1);
  });

  it('a round that comes late changes nothing', async () => {
    const { counters } = await open();
    const name = newName();
    const late = ++ops;
    assert.equal((await ask(counters, 'a', askOf(name, { want: 50 }))).cap, 50);
    const { answers } = await counters.exchange({ process: 'a', op: late, asks: [askOf(name, { want: 5 })] });
    assert.equal(answers[0]?.cap, 50);
    assert.equal((await ask(counters, 'b', askOf(name, { want: 100 }))).cap, 50);
  });

  it('what one that leaves has used counts on, and its places are free', async () => {
    const { counters } = await open();
    const [rate, places] = [newName(), newName()];
    await ask(counters, 'gone', askOf(rate, { want: 60, used: 60 }));
    await ask(counters, 'gone', askOf(places, { want: 60, used: 60, windowMs: null }));
    await counters.leave('gone');
    const given = await ask(counters, 'b', askOf(rate, { want: 100 }));
    assert.ok(given.cap >= 40 && given.cap <= 41, `${given.cap}`);
    assert.equal(given.others[0]?.isLive, false);
    assert.deepEqual(await ask(counters, 'b', askOf(places, { want: 100, windowMs: null })), {
      name: places,
      cap: 100,
      others: [],
    });
  });

  it('one that is not heard of for five seconds is dead: its places are free, its window empties', async (context) => {
    const { counters, late } = await open();
    if (late === null) return context.skip('its clock cannot be moved');
    const [rate, places] = [newName(), newName()];
    await ask(counters, 'dead', askOf(rate, { want: 60, used: 60 }));
    await ask(counters, 'dead', askOf(places, { want: 60, used: 60, windowMs: null }));
    await late(4_000);
    assert.equal((await ask(counters, 'b', askOf(places, { want: 100, windowMs: null }))).cap, 40);
    await late(2_000);
    assert.equal((await ask(counters, 'b', askOf(places, { want: 100, windowMs: null }))).cap, 100);
    await late(24_000);
    const half = (await ask(counters, 'b', askOf(rate, { want: 100 }))).cap;
    assert.ok(half >= 69 && half <= 71, `${half}: half of a minute is over`);
    await late(31_000);
    assert.equal((await ask(counters, 'b', askOf(rate, { keep: half, want: 100 }))).cap, 100);
    assert.equal((await ask(counters, 'dead', askOf(rate, { keep: 60, want: 60 }))).cap, 60, 'it was only asleep');
  });

  it('never give out more than the limit, whatever is asked, unless more is kept', async () => {
    const { counters } = await open();
    const step = fc.record({ process: fc.constantFrom('a', 'b', 'c'), keeps: fc.boolean(), want: fc.nat(120) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const name = newName();
        const caps = new Map<string, number>();
        for (const { process, keeps, want } of steps) {
          const keep = keeps ? Math.min(want, caps.get(process) ?? 0) : 0;
          const { cap, others } = await ask(counters, process, askOf(name, { keep, want }));
          const elsewhere = [...caps].reduce((sum, [id, each]) => (id === process ? sum : sum + each), 0);
          assert.equal(
            others.reduce((sum, other) => sum + other.cap, 0),
            elsewhere,
          );
          assert.equal(cap, Math.min(want, 100 - elsewhere));
          caps.set(process, cap);
        }
      }),
      { numRuns: 25 },
    );
  });
}

describe('counters in memory', () => {
  let nowMs = 1_000;
  const counters = openMemoryCounters({ monotonicMs: () => nowMs });
  const late = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  behave(async () => ({ counters, late }));
});

onPostgres('counters', ({ open }) => {
  behave(async () => {
    const { main } = await open();
    const sql = 'UPDATE store_process SET heard_at_ms = heard_at_ms - ?';
    const late = async (ms: number): Promise<void> => void (await main.write([{ sql, values: [ms] }]));
    return { counters: openPostgresCounters(main), late };
  });
});

describe('counters, on Redis', { skip: redisMissing() }, () => {
  let server: RedisServer | null = null;
  let counters: Counters | null = null;
  before(async () => {
    server = await startRedis();
    counters = await openRedisCounters(server.url);
  });
  after(async () => {
    await counters?.close();
    await server?.stop();
  });
  behave(async () => {
    if (counters === null) throw new Error('Redis is not started yet');
    return { counters, late: null };
  });
  it('say so when the server is away, and go on when it is back', async () => {
    if (server === null || counters === null) throw new Error('Redis is not started yet');
    const held = counters;
    await server.kill();
    await assert.rejects(held.exchange({ process: 'a', op: ++ops, asks: [] }), /Redis/);
    await server.restart();
    for (let tries = 0; ; tries++) {
      try {
        assert.equal((await held.exchange({ process: 'a', op: ++ops, asks: [] })).live, 1);
        break;
      } catch (error) {
        if (tries > 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  });
});
