import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noStats } from '../../routing/index.ts';
import { chatAnswer, fails, hangs, refuses, type Script, says } from './script-fixture.ts';
import { openWorld, type World } from './world-fixture.ts';

const MODELS = { m: { deployments: ['a', 'b', 'c'], price: '1', limits: { rpm: null, tpm: null, parallel: 1 } } };
const HEDGED = { hedge: { after: 20, max: 1 } };
/** Nanodollars of an answer: 10 tokens each way at $1 a million. */
const ANSWER = 20_000;

/** Whatever happened: no money held, no slot taken, nothing in flight. */
function isAtRest({ pot, health, deployment, rooms }: World): void {
  assert.equal(pot.held, 0, 'held');
  for (const id of ['a', 'b', 'c']) {
    assert.equal(health.inFlight(deployment(id)), 0, `${id} in flight`);
    const { circuit, limits } = deployment(id);
    const taking = { deployment: id, circuit, limits, tokens: 1, reservation: null };
    assert.equal(rooms.slots.reserve(taking, 0), null, `${id} has a slot`);
    rooms.slots.release(taking, 0, 0);
  }
}

test('the second one wins: the first is aborted, the operator pays for both, the caller for the answer', async () => {
  const world = openWorld({ models: MODELS, scripts: { a: [says('slow', 500)] }, routing: HEDGED, budget: 10n ** 9n });
  const { status, called, text, event, headers } = await world.ask({ max_tokens: 5 });
  assert.deepEqual([status, called, world.aborted], [200, 'a b', ['a']]);
  assert.match(text, /hello/);
  assert.equal(event?.deployment, 'b');
  assert.deepEqual(
    event.attempts.map(({ deployment, outcome }) => [deployment, outcome]),
    [
      ['b', 'answered'],
      ['a', 'outrun'],
    ],
  );
  const beside = BigInt(event.attempts[1]?.costNanoUsd ?? 0);
  assert.ok(beside > 0n);
  assert.equal(BigInt(event.costNanoUsd), BigInt(event.chargeNanoUsd) + beside);
  assert.equal(event.chargeNanoUsd, String(ANSWER));
  assert.equal(world.pot.posted, ANSWER);
  assert.equal(headers['x-litellm-model-id'], 'b');
  isAtRest(world);
});

test('the first one wins: the second is aborted', async () => {
  const scripts = { a: [says('first', 60)], b: [says('second', 500)] };
  const world = openWorld({ models: MODELS, scripts, routing: HEDGED, budget: 10n ** 9n });
  const { called, text, event } = await world.ask({ max_tokens: 5 });
  assert.deepEqual([called, world.aborted], ['a b', ['b']]);
  assert.match(text, /first/);
  assert.ok(BigInt(event?.costNanoUsd ?? 0) > BigInt(event?.chargeNanoUsd ?? 0));
  isAtRest(world);
});

test('a fast answer is not hedged, nor what is not asked for, nor what runs on without its caller', async () => {
  for (const [scripts, routing, body] of [
    [{}, { hedge: { after: 5_000, max: 1 } }, {}],
    [{ a: [says('slow', 60)] }, {}, {}],
    [{ a: [says('slow', 60)] }, HEDGED, { background: true }],
  ] as const) {
    const world = openWorld({ models: MODELS, scripts, routing });
    assert.equal((await world.ask(body)).called, 'a');
    isAtRest(world);
  }
});

test('the delay is the deployment’s own percentile where it was measured', async () => {
  const firstByteMs = { p50: 10, p75: 5_000, p90: 60, p99: 400 };
  const stats = () => ({ ...noStats, firstByteMs });
  const scripts = { a: [says('soon', 120)] };
  const patient = { hedge: { after: 'p75', max: 1 } } as const;
  assert.equal((await openWorld({ models: MODELS, scripts, stats, routing: patient }).ask()).called, 'a');
  const hasty = { hedge: { after: 'p90', max: 1 } } as const;
  assert.equal((await openWorld({ models: MODELS, scripts, stats, routing: hasty }).ask()).called, 'a b');
});

test('a hedge that fails leaves the first one to go on, and the other way round', async () => {
  const slow = says('slow', 60);
  const first = openWorld({ models: MODELS, scripts: { a: [slow], b: [refuses(500)] }, routing: HEDGED });
  const answered = await first.ask();
  assert.deepEqual([answered.status, answered.called], [200, 'a b']);
  assert.equal(answered.event?.deployment, 'a');
  const late: Script = (sink, call) => {
    const timer = setTimeout(() => refuses(500)(sink, call), 40);
    return () => clearTimeout(timer);
  };
  const second = openWorld({ models: MODELS, scripts: { a: [late], b: [slow] }, routing: HEDGED });
  const other = await second.ask();
  assert.deepEqual([other.called, other.event?.deployment], ['a b', 'b']);
  const both = openWorld({ models: MODELS, scripts: { a: [late], b: [fails('reset')] }, routing: HEDGED });
  const third = await both.ask();
  assert.deepEqual([third.called, third.event?.deployment], ['a b c', 'c']);
  for (const world of [first, second, both]) isAtRest(world);
});

test('no hedge where the budget does not reach for two', async () => {
  // The bound of one is about 1.1 million nanodollars: its output, and a thousand tokens for what templates add.
  const world = openWorld({ models: MODELS, scripts: { a: [says('slow', 60)] }, routing: HEDGED, budget: 2_000_000n });
  const { status, called } = await world.ask({ max_tokens: 5 });
  assert.deepEqual([status, called], [200, 'a']);
  assert.equal(world.pot.posted, ANSWER);
  isAtRest(world);
});

test('whoever fails, hangs or answers when: money exact, slots free, one answer or one error', async () => {
  const kind = fc.constantFrom('says', 'refuses', 'resets', 'hangs');
  const script = fc.record({ kind, afterMs: fc.constantFrom(0, 4, 5, 6, 12) });
  const given = fc.record({
    a: script,
    b: script,
    c: script,
    max: fc.integer({ min: 1, max: 2 }),
    stream: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ a, b, c, max, stream }) => {
      const scripts = { a: [scriptOf(a, stream)], b: [scriptOf(b, stream)], c: [scriptOf(c, stream)] };
      const timeouts = { connectMs: 25, firstByteMs: 25, idleMs: 25, totalMs: 25 };
      const routing = { hedge: { after: 5, max } };
      const world = openWorld({ models: MODELS, scripts, routing, timeouts, budget: 10n ** 9n });
      const { status, event, called } = await world.ask({
        max_tokens: 5,
        stream,
        stream_options: { include_usage: true },
      });
      assert.ok(event !== null);
      const winners = event.attempts.filter(({ outcome }) => outcome === 'answered');
      assert.equal(winners.length, status === 200 ? 1 : 0, called);
      assert.equal(event.attempts.length, called.split(' ').length);
      assert.equal(event.chargeNanoUsd, status === 200 ? String(ANSWER) : '0');
      assert.equal(world.pot.posted, Number(event.chargeNanoUsd));
      const beside = event.attempts.reduce((sum, { costNanoUsd = '0' }) => sum + BigInt(costNanoUsd), 0n);
      assert.equal(BigInt(event.costNanoUsd), BigInt(event.chargeNanoUsd) + beside);
      isAtRest(world);
    }),
    { numRuns: 60 },
  );
});

type Given = { readonly kind: string; readonly afterMs: number };

function scriptOf({ kind, afterMs }: Given, stream: boolean): Script {
  if (kind === 'hangs') return hangs;
  if (kind === 'says') return stream ? streams(afterMs) : says('hello', afterMs);
  const then = kind === 'refuses' ? refuses(503) : fails('reset');
  return (sink, call) => {
    let undo: (() => void) | undefined;
    const timer = setTimeout(() => {
      undo = then(sink, call);
    }, afterMs);
    return () => {
      clearTimeout(timer);
      undo?.();
    };
  };
}

/** The same answer in events: a role first, content after a while, the usage, the end. */
function streams(afterMs: number): Script {
  return (sink) => {
    const headers: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream' };
    sink.onHead(200, { get: (name) => headers[name] ?? null, names: () => Object.keys(headers) });
    const chunk = (delta: object, finish: string | null = null) => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      return `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'u', choices })}\n\n`;
    };
    sink.onData(Buffer.from(chunk({ role: 'assistant', content: '' })));
    const { usage } = JSON.parse(chatAnswer('')) as { usage: object };
    const counted = `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'u', choices: [], usage })}\n\n`;
    const timer = setTimeout(() => {
      sink.onData(Buffer.from(`${chunk({ content: 'hello' })}${chunk({}, 'stop')}${counted}data: [DONE]\n\n`));
      sink.onEnd();
    }, afterMs);
    return () => clearTimeout(timer);
  };
}
