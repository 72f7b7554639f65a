import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, fails, hangs, refuses, type Script, says } from './script-fixture.ts';
import { openWorld } from './world-fixture.ts';

const TOO_LONG = refuses(400, 'context_length_exceeded');

test('a request that is wrong for one model goes to the next that it names, and to no other deployment of the first', async () => {
  for (const first of [refuses(400), TOO_LONG, refuses(400, 'content_filter'), refuses(503), refuses(404)]) {
    const world = openWorld({
      models: { m: { deployments: ['a', 'b'] }, n: { deployments: ['c'] } },
      scripts: { a: [first], b: [first] },
    });
    const { status, headers, called } = await world.ask({}, { models: ['n', 'm'] });
    assert.equal(status, 200);
    assert.equal(called, first === refuses(503) ? 'a b c' : called);
    assert.match(called, /^a (b )?c$/);
    assert.equal(headers['x-litellm-attempted-fallbacks'], '1');
    assert.equal(headers['x-litellm-attempted-retries'], String(called.split(' ').length - 2));
  }
});

test('a stop skips the other deployments of the model', async () => {
  const models = { m: { deployments: ['a', 'b'] }, n: { deployments: ['c'] } };
  const world = openWorld({ models, scripts: { a: [refuses(422)] } });
  assert.equal((await world.ask({}, { models: ['n'] })).called, 'a c');
  const alone = await world.ask();
  assert.deepEqual([alone.status, alone.called, alone.error.message], [422, 'a', 'refused with 422']);
});

test("fallbacks: the request's for the cause, its general ones, the model's for the cause, its general ones", async () => {
  const models = {
    m: { deployments: ['a'], fallbacks: { error: ['own-error'], context_window: ['own-length'] } },
    'own-error': { deployments: ['oe'] },
    'own-length': { deployments: ['ol'] },
    'asked-error': { deployments: ['ae'] },
    'asked-length': { deployments: ['al'] },
  };
  const both = { error: ['asked-error'], context_window: ['asked-length'] };
  const cases = [
    [TOO_LONG, { fallbacks: both }, 'a al'],
    [TOO_LONG, { fallbacks: { error: ['asked-error'] } }, 'a ae'],
    [TOO_LONG, {}, 'a ol'],
    [refuses(500), { fallbacks: { context_window: ['asked-length'] } }, 'a oe'],
    [refuses(429), {}, 'a oe'],
    [refuses(400), {}, 'a'],
    [refuses(400), { fallbacks: { error: ['asked-error'] } }, 'a ae'],
    [refuses(500), { fallbacks: both, disableFallbacks: true }, 'a'],
  ] as const;
  for (const [first, preferences, expected] of cases) {
    const world = openWorld({ models, scripts: { a: [first] } });
    assert.equal((await world.ask({}, preferences)).called, expected);
  }
});

test('a fallback of a fallback comes before the next one; none is tried twice, and no more than max_fallbacks', async () => {
  const chain = (...error: readonly string[]) => ({ error });
  const models = {
    m: { deployments: ['a'], fallbacks: chain('m', 'n', 'p') },
    n: { deployments: ['b'], fallbacks: chain('o', 'm') },
    o: { deployments: ['c'], fallbacks: chain('n', 'p') },
    p: { deployments: ['d'] },
  };
  const scripts = Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, [refuses(500)]]));
  assert.equal((await openWorld({ models, scripts }).ask()).called, 'a b c d');
  const routing = { maxFallbacks: 2 };
  assert.equal((await openWorld({ models, scripts, routing }).ask()).called, 'a b d');
});

test('a fallback that the caller may not use is passed over; one that it names itself is told of at once', async () => {
  const models = {
    m: { deployments: ['a'], fallbacks: { error: ['secret', 'n'] } },
    secret: { deployments: ['s'] },
    n: { deployments: ['b'] },
  };
  const world = openWorld({ models, scripts: { a: [refuses(500)] }, mayUse: ['m', 'n'] });
  assert.equal((await world.ask()).called, 'a b');
  for (const preferences of [{ models: ['secret'] }, { fallbacks: { error: ['secret'] } }]) {
    const refused = await world.ask({}, preferences);
    assert.deepEqual([refused.status, refused.error.code, refused.called], [403, 'model_access_denied', '']);
  }
});

test("the asked model's failure is told, what the caller can do something about before the rest", async () => {
  const models = {
    m: { deployments: ['a', 'b'], fallbacks: { error: ['n'] } },
    n: { deployments: ['c'] },
  };
  const cases = [
    [refuses(503), refuses(500), refuses(429), 503],
    [refuses(401), refuses(500), refuses(429), 500],
    [refuses(401), refuses(402), refuses(429), 429],
    [refuses(401), refuses(402), refuses(403), 503],
    [refuses(500), refuses(500), refuses(400), 500],
    [refuses(500), TOO_LONG, refuses(502), 400],
  ] as const;
  for (const [a, b, c, expected] of cases) {
    const world = openWorld({ models, scripts: { a: [a], b: [b], c: [c] } });
    const { status, error, called, headers } = await world.ask();
    assert.equal(called, 'a b c');
    assert.equal(status, expected);
    if (expected === 503 && a !== cases[0][0]) assert.equal(error.code, 'upstream_credential');
    assert.equal(headers['x-litellm-attempted-retries'], '1');
    assert.equal(headers['x-litellm-attempted-fallbacks'], '1');
  }
});

test('what one upstream cannot be told is told to the next; if there is none, the caller learns why', async () => {
  const models = { m: { deployments: ['a@anthropic-messages', 'b'] }, n: { deployments: ['c@anthropic-messages'] } };
  const world = openWorld({ models, scripts: {}, unsupported: 'reject' });
  const body = { logit_bias: { '50256': -100 } };
  const answered = await world.ask(body);
  assert.deepEqual([answered.status, answered.called], [200, 'b']);
  assert.equal(answered.headers['x-waybill-warnings'], undefined, 'what another one was not told is not told of');
  const refused = await world.ask({ ...body, model: 'n' });
  assert.deepEqual([refused.status, refused.error.code, refused.called], [400, 'unsupported_parameter', '']);
});

test('retries by cause, model and request', async () => {
  const models = { m: { deployments: ['a'] } };
  const routing = {
    retries: 1,
    retry: { causes: { rate_limit: 0, request: 1 }, models: { m: { timeout: 2 } }, leastPauseMs: 0 },
  };
  const cases = [
    [refuses(500), {}, 'a a'],
    [refuses(500), { retries: 0 }, 'a'],
    [refuses(500), { retries: 2 }, 'a a a'],
    [refuses(429), {}, 'a'],
    [refuses(429), { retries: 3 }, 'a'],
    [refuses(400), {}, 'a a'],
    [refuses(404), {}, 'a'],
    [refuses(401), {}, 'a'],
    [refuses(504), {}, 'a a a'],
  ] as const;
  for (const [script, preferences, expected] of cases) {
    const world = openWorld({ models, routing, scripts: { a: [script] } });
    assert.equal((await world.ask({}, preferences)).called, expected);
  }
});

test('a stale connection is nobody’s failure: the same again, once', async () => {
  const models = { m: { deployments: ['a'] } };
  const stale = fails('reset', { reused: true });
  const world = openWorld({ models, scripts: { a: [stale, says('hello')] } });
  const answered = await world.ask();
  assert.deepEqual([answered.status, answered.called], [200, 'a a']);
  assert.equal(answered.headers['x-litellm-attempted-retries'], '1');
  const twice = openWorld({ models, scripts: { a: [stale] } });
  assert.equal((await twice.ask()).called, 'a a');
  assert.equal(twice.health.inFlight(twice.deployment('a')), 0);
});

test('where every deployment rests nobody is asked but a fallback', async () => {
  const models = { m: { deployments: ['a', 'b'], fallbacks: { rate_limit: ['n'] } }, n: { deployments: ['c'] } };
  const limited = refuses(429, null, { 'retry-after': '60' });
  const world = openWorld({ models, scripts: { a: [limited], b: [limited] }, cooldownMs: 5_000 });
  assert.equal((await world.ask()).called, 'a b c');
  const answered = await world.ask();
  assert.deepEqual([answered.status, answered.called], [200, 'c']);
  assert.equal(answered.headers['x-litellm-attempted-fallbacks'], '1');
  assert.equal(answered.headers['x-litellm-attempted-retries'], '0');
  const refused = await world.ask({}, { disableFallbacks: true });
  assert.deepEqual([refused.status, refused.called], [429, '']);
  assert.ok(Number(refused.headers['retry-after']) > 50);
});

test('with the retry budget empty the failure is told at once', async () => {
  const retryBudget = { share: 0, floor: 2, windowMs: 60_000 };
  const models = { m: { deployments: ['a', 'b'], fallbacks: { error: ['n'] } }, n: { deployments: ['c'] } };
  const scripts = { a: [refuses(503)], b: [refuses(503)], c: [refuses(503)] };
  const world = openWorld({ models, scripts, routing: { retryBudget, retries: 5 } });
  const called: string[] = [];
  for (let calls = 0; calls < 4; calls++) called.push((await world.ask()).called);
  // The failover is free, the rest costs tokens: there are two. From the third
  // call on `b` has failed three times in a row: its failover is not free any more, and goes to the fallback.
  assert.deepEqual(called, ['a b a b', 'a b', 'a c', 'a c']);
  const recovered = openWorld({ models, scripts: { ...scripts, c: [] }, routing: { retryBudget } });
  for (let calls = 0; calls < 9; calls++) {
    assert.equal((await recovered.ask()).status, 200, 'an attempt that answers gives its token back');
  }
});

test('no deadline, no attempt: 504 says whose time it was', async () => {
  const models = { m: { deployments: ['a', 'b', 'c'] } };
  const scripts = { a: [hangs], b: [hangs], c: [hangs] };
  const timeouts = { connectMs: 100, firstByteMs: 60, idleMs: 100, totalMs: 100 };
  const world = openWorld({ models, scripts, timeouts, routing: { deadlineMs: 90 } });
  const late = await world.ask();
  assert.deepEqual([late.status, late.error.code], [504, 'upstream_timeout']);
  assert.match(late.called, /^a( b)?$/);
  assert.match(late.error.message ?? '', /routing\.deadline, 90 ms for all of [12] attempts/);
  const impatient = await world.ask({}, { timeoutMs: 20 });
  assert.equal(impatient.status, 504);
  assert.match(impatient.error.message ?? '', /timeout of the request: 20 ms/);
});

test("a caller's short patience does not rest a deployment", async () => {
  const models = { m: { deployments: ['a'] } };
  const world = openWorld({ models, scripts: { a: [hangs, hangs, says('hello', 30)] }, cooldownMs: 60_000 });
  const reports: string[] = [];
  const { end } = world.health;
  Object.assign(world.rooms.health, {
    end: (...args: Parameters<typeof end>) => {
      reports.push(args[1].outcome);
      end(...args);
    },
  });
  await world.ask({}, { timeoutMs: 5 });
  await world.ask({ stream: true }, { streamTimeoutMs: 5 });
  assert.equal((await world.ask()).status, 200);
  assert.deepEqual(reports, ['spared', 'spared', 'answered']);
});

test('nor does it where it ends a stream in the middle', async () => {
  const models = { m: { deployments: ['a'] } };
  const streams =
    (isCallersLimit: boolean): Script =>
    (sink) => {
      sink.onHead(200, { get: () => 'text/event-stream', names: () => [] });
      const choices = [{ index: 0, delta: { content: 'hel' }, finish_reason: null }];
      sink.onData(Buffer.from(`data: ${JSON.stringify({ id: 'c', model: 'm', choices })}\n\n`));
      return fails('idle-timeout', { afterHead: true, afterData: true, isCallersLimit })(sink, {} as never);
    };
  for (const [isCallersLimit, expected] of [
    [true, 'spared'],
    [false, 'failed'],
  ] as const) {
    const world = openWorld({ models, scripts: { a: [streams(isCallersLimit)] } });
    const reports: string[] = [];
    const { end } = world.health;
    Object.assign(world.rooms.health, {
      end: (...args: Parameters<typeof end>) => {
        reports.push(args[1].outcome);
        end(...args);
      },
    });
    const told = await world.ask({ stream: true });
    assert.match(told.text, /hel[\s\S]*upstream_timeout/);
    assert.deepEqual([told.called, reports], ['a', [expected]]);
  }
});

test('a model that the budget has no room for gives way to its fallback for that, and to a cheaper one that is asked', async () => {
  const models = {
    m: { deployments: ['a'], price: '1000', fallbacks: { budget: ['n'], error: ['o'] } },
    n: { deployments: ['b'], price: '1' },
    o: { deployments: ['c'], price: '1000' },
  };
  const world = openWorld({ models, scripts: {}, budget: 2_000_000n });
  const body = { max_tokens: 5 };
  const answered = await world.ask(body);
  assert.deepEqual([answered.status, answered.called], [200, 'b']);
  assert.equal(answered.headers['x-litellm-attempted-fallbacks'], '1');
  assert.equal((await world.ask(body, { models: ['n'], disableFallbacks: true })).called, 'b');
  const refused = await world.ask(body, { disableFallbacks: true });
  assert.deepEqual([refused.status, refused.error.code, refused.called], [402, 'insufficient_quota', '']);
  assert.equal(world.pot.held, 0);
  assert.equal(world.pot.posted, 2 * 20_000);
});

test('played failures and answers: no attempt, no cost, marked in the log', async () => {
  const models = {
    m: { deployments: ['a'], price: '1', fallbacks: { error: ['n'], context_window: ['o'] } },
    n: { deployments: ['b'], price: '1' },
    o: { deployments: ['c'], price: '1' },
  };
  const world = openWorld({ models, scripts: {}, budget: 10n ** 9n });
  const mock = { fails: null, response: null, toolCalls: null, delayMs: 0 };
  const cases = [
    [{ ...mock, fails: 'error' }, 'b'],
    [{ ...mock, fails: 'timeout' }, 'b'],
    [{ ...mock, fails: 'rate_limit' }, 'b'],
    [{ ...mock, fails: 'context_window' }, 'c'],
  ] as const;
  for (const [played, expected] of cases) {
    const { status, called, event, headers } = await world.ask({ max_tokens: 5 }, { mock: played });
    assert.deepEqual([status, called], [200, expected]);
    assert.match(event?.attempts[0]?.reason ?? '', /the request asked for/);
    assert.equal(headers['x-litellm-attempted-fallbacks'], '1');
    assert.equal(headers['x-litellm-attempted-retries'], '0');
  }
  const { posted } = world.pot;
  const alone = await world.ask(
    { max_tokens: 5 },
    { mock: { ...mock, fails: 'context_window' }, disableFallbacks: true },
  );
  assert.deepEqual([alone.status, alone.error.code, alone.called], [400, 'context_length_exceeded', '']);
  const started = performance.now();
  const toolCalls = [{ name: 'f', arguments: '{}' }];
  const played = await world.ask({ max_tokens: 5 }, { mock: { ...mock, response: 'made up', toolCalls, delayMs: 40 } });
  assert.ok(performance.now() - started >= 39);
  assert.deepEqual(
    [played.status, played.called, played.event?.chargeNanoUsd, played.event?.sandbox],
    [200, '', '0', true],
  );
  assert.match(played.text, /"content":"made up".*"name":"f"/);
  const streamed = await world.ask({ stream: true, max_tokens: 5 }, { mock: { ...mock, response: 'made up' } });
  assert.match(streamed.headers['content-type'] ?? '', /event-stream/);
  assert.match(streamed.text, /made up[\s\S]*\[DONE\]/);
  assert.deepEqual([world.pot.posted, world.pot.held], [posted, 0]);
});

test('who is called after a wait in line was not passed over; who never had a place was', async () => {
  const limits = { rpm: null, tpm: null, parallel: 1 };
  const models = { m: { deployments: ['a', 'b'], limits } };
  const routing = { queue: { waitMs: 500, length: 10 } };
  const scripts = { a: [says('hello', 60)], b: [says('hello', 400)] };
  const world = openWorld({ models, scripts, routing });
  const [, , third] = await Promise.all([world.ask(), world.ask(), world.ask()]);
  assert.equal(third.status, 200);
  const reasons = third.event?.plans[0]?.candidates.map(({ deployment, reason }) => [
    deployment,
    /passed over: (.*)/.exec(reason)?.[1],
  ]);
  assert.deepEqual(reasons, [
    ['a', undefined],
    ['b', 'it was at a limit'],
  ]);
});

test('an answer that is no answer is passed over', async () => {
  const models = { m: { deployments: ['a', 'b'] } };
  for (const nothing of ['', '{', 'null', '{"error":{"message":"no","code":503}}', '<html>']) {
    const world = openWorld({ models, scripts: { a: [answers(200, nothing)] } });
    assert.deepEqual([(await world.ask()).status, (await world.ask()).called], [200, 'a b'], nothing);
  }
});
