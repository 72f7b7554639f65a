import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { type Entry, once, router, standOf } from '../support/litellm-stand.ts';

test('simple-shuffle draws by weight, and takes rpm for shares, not for limits', async (context) => {
  const { calls } = await standOf(context, [
    ['weighed', 'ok-one', 'weight: 1'],
    ['weighed', 'ok-none', 'weight: 0'],
    ['rated', 'ok-a', 'rpm: 1'],
    ['rated', 'ok-b', 'rpm: 1'],
  ]);
  assert.deepEqual(once(await calls(12, 'weighed')), ['ok-one 200']);
  assert.deepEqual(once(await calls(24, 'rated')), ['ok-a 200', 'ok-b 200']);
});

test("a team's model is the team's: others neither call it nor see it", async (context) => {
  const { gateway, call } = await standOf(context, [
    ['own', 'ok-own', '', 'team_id: red'],
    ['both', 'ok-all'],
    ['secret-name', 'ok-red', '', 'team_id: red, team_public_model_name: both'],
  ]);
  const keyOf = async (team_id: string): Promise<string> => {
    const { text } = await gateway.post('/key/generate', { team_id });
    return (JSON.parse(text) as { key: string }).key;
  };
  for (const team_id of ['red', 'blue']) await gateway.post('/team/new', { team_id });
  const [red, blue] = [await keyOf('red'), await keyOf('blue')];
  const callAs = (key: string, model: string) => call(model, {}, { authorization: `Bearer ${key}` });
  assert.equal(await callAs(red, 'own'), 'ok-own 200');
  assert.equal(await callAs(red, 'both'), 'ok-red 200');
  assert.equal(await callAs(blue, 'own'), '404');
  assert.equal(await callAs(blue, 'both'), 'ok-all 200');
  const namesFor = async (key: string): Promise<readonly string[]> => {
    const { data } = JSON.parse((await gateway.get('/v1/models', key)).text) as { data: { id: string }[] };
    return data.map(({ id }) => id).filter((id) => !id.includes('/'));
  };
  assert.deepEqual(await namesFor(red), ['own', 'both']);
  assert.deepEqual(await namesFor(blue), ['both']);
});

test('usage-based routing holds rpm and tpm as limits', async (context) => {
  const entries: Entry[] = [
    ['m', 'ok-a', 'rpm: 1'],
    ['m', 'ok-b', 'rpm: 1'],
  ];
  const { calls, gateway } = await standOf(context, entries, router('routing_strategy: usage-based-routing-v2'));
  assert.deepEqual(once(await calls(2, 'm')), ['ok-a 200', 'ok-b 200']);
  const { status, headers } = await gateway.post('/v1/chat/completions', {
    model: 'm',
    messages: [{ role: 'user', content: 'hello' }],
  });
  assert.equal(status, 503);
  const seconds = Number(headers.get('retry-after'));
  assert.ok(seconds > 50 && seconds <= 61, `${seconds}`);
});

test('least-busy, latency-based and cost-based routing choose by what they are named for', async (context) => {
  const busy = await standOf(
    context,
    [
      ['m', 'slow-a'],
      ['m', 'slow-b'],
    ],
    router('routing_strategy: least-busy'),
  );
  const first = busy.call('m');
  // A plan counts the calls that were sent: two that come in one moment may be planned alike.
  await eventually(() => assert.equal(busy.reached(), 1));
  await Promise.all([first, busy.call('m')]);
  const third = await busy.gateway.get('/spend/logs');
  const models = (JSON.parse(third.text) as { model: string }[]).map(({ model }) => model);
  assert.deepEqual(once(models.map((model) => model.split('/').at(-1) ?? '')), ['slow-a', 'slow-b']);
  const swift = await standOf(
    context,
    [
      ['m', 'slow-a'],
      ['m', 'ok-b'],
    ],
    router('routing_strategy: latency-based-routing'),
  );
  await swift.calls(4, 'm');
  assert.deepEqual(once(await swift.calls(6, 'm')), ['ok-b 200']);
  const cheap = await standOf(
    context,
    [
      ['m', 'ok-dear', 'input_cost_per_token: 0.00002, output_cost_per_token: 0.00002'],
      ['m', 'ok-cheap', 'input_cost_per_token: 0.00001, output_cost_per_token: 0.00001'],
    ],
    router('routing_strategy: cost-based-routing'),
  );
  assert.deepEqual(once(await cheap.calls(6, 'm')), ['ok-cheap 200']);
});

test('order is kept, and the next one takes over', async (context) => {
  const { calls } = await standOf(
    context,
    [
      ['m', 'ok-second', 'order: 2'],
      ['m', 'ok-first', 'order: 1'],
      ['n', 'ok-second', 'order: 2'],
      ['n', 'bad-first', 'order: 1'],
    ],
    router('num_retries: 0, enable_pre_call_checks: true'),
  );
  assert.deepEqual(once(await calls(5, 'm')), ['ok-first 200']);
  assert.equal((await calls(1, 'n'))[0], 'bad-first ok-second 200');
});

test('num_retries, retry_policy and model_group_retry_policy say how often', async (context) => {
  const stand = await standOf(
    context,
    [
      ['often', 'flaky-a'],
      ['never', 'flaky-b'],
      ['denied', 'denied-a'],
      ['long', 'long-a'],
    ],
    `router_settings:
  num_retries: 2
  cooldown_time: 0
  retry_policy: { InternalServerErrorRetries: 2, AuthenticationErrorRetries: 0 }
  model_group_retry_policy: { never: { InternalServerErrorRetries: 0 } }
`,
  );
  assert.equal(await stand.call('often'), 'flaky-a flaky-a flaky-a 200');
  assert.match(await stand.call('never'), /^flaky-b 5\d\d$/);
  assert.match(await stand.call('denied'), /^denied-a 503$/);
  assert.match(await stand.call('long'), /^long-a 400$/);
});

test('retry_after is the least pause before a retry', async (context) => {
  const { call } = await standOf(
    context,
    [['m', 'flaky-a']],
    router('num_retries: 2, retry_after: 1, cooldown_time: 0'),
  );
  const startedMs = performance.now();
  assert.equal(await call('m'), 'flaky-a flaky-a flaky-a 200');
  assert.ok(performance.now() - startedMs >= 2_000);
});

test('fallbacks by cause, for all, and by default', async (context) => {
  const { call } = await standOf(
    context,
    [
      ['broken', 'bad-a'],
      ['busy', 'busy-a'],
      ['long', 'long-a'],
      ['policy', 'policy-a'],
      ['other', 'bad-b'],
      ['general', 'ok-general'],
      ['large', 'ok-large'],
      ['lenient', 'ok-lenient'],
      ['last', 'ok-last'],
    ],
    `litellm_settings:
  num_retries: 0
  fallbacks: [{ broken: [general] }, { busy: [general] }, { long: [general] }]
  context_window_fallbacks: [{ long: [large] }]
  content_policy_fallbacks: [{ policy: [lenient] }]
  default_fallbacks: [last]
`,
  );
  assert.equal(await call('broken'), 'bad-a ok-general 200');
  assert.equal(await call('busy'), 'busy-a ok-general 200');
  assert.equal(await call('long'), 'long-a ok-large 200');
  assert.equal(await call('policy'), 'policy-a ok-lenient 200');
  assert.equal(await call('other'), 'bad-b ok-last 200');
  assert.match(await call('broken', { disable_fallbacks: true }), /^bad-a 5\d\d$/);
});

test('max_fallbacks bounds the models that are tried', async (context) => {
  const { call } = await standOf(
    context,
    [
      ['a', 'bad-a'],
      ['b', 'bad-b'],
      ['c', 'ok-c'],
    ],
    router('num_retries: 0, max_fallbacks: 1, fallbacks: [{ a: [b, c] }]'),
  );
  assert.match(await call('a'), /^bad-a bad-b 5\d\d$/);
});

test('allowed_fails, allowed_fails_policy and cooldown_time rest a deployment; disable_cooldowns never', async (context) => {
  const entries: Entry[] = [
    ['m', 'bad-a', 'order: 1'],
    ['m', 'ok-b', 'order: 2'],
  ];
  const tried = async (settings: string): Promise<number> => {
    const { calls } = await standOf(context, entries, router(`num_retries: 0, cooldown_time: 60, ${settings}`));
    const made = await calls(6, 'm');
    assert.ok(made.every((each) => each.endsWith('ok-b 200')));
    return made.filter((each) => each.startsWith('bad-a')).length;
  };
  assert.equal(await tried('allowed_fails: 0'), 1);
  assert.equal(await tried('allowed_fails: 2'), 3);
  assert.equal(await tried('allowed_fails: 4, allowed_fails_policy: { InternalServerErrorAllowedFails: 1 }'), 2);
  assert.equal(await tried('allowed_fails: 0, disable_cooldowns: true'), 6);
});

test('enable_pre_call_checks passes over who cannot take the prompt', async (context) => {
  const { call, calls } = await standOf(
    context,
    [
      ['m', 'ok-small', 'order: 1', 'max_input_tokens: 100'],
      ['m', 'ok-large', 'order: 2', 'max_input_tokens: 100000'],
    ],
    router('enable_pre_call_checks: true'),
  );
  assert.deepEqual(await calls(1, 'm'), ['ok-small 200']);
  assert.equal(await call('m', { messages: [{ role: 'user', content: 'many words '.repeat(400) }] }), 'ok-large 200');
});

test('tags choose deployments, any of them or all', async (context) => {
  const entries: Entry[] = [
    ['m', 'ok-free', 'tags: [free, eu]'],
    ['m', 'ok-paid', 'tags: [paid]'],
    ['m', 'ok-default', 'tags: [default]'],
  ];
  const any = await standOf(context, entries, router('enable_tag_filtering: true'));
  assert.deepEqual(once(await any.calls(4, 'm')), ['ok-default 200']);
  assert.equal(await any.call('m', { tags: ['paid'] }), 'ok-paid 200');
  assert.equal(await any.call('m', { metadata: { tags: ['free'] } }), 'ok-free 200');
  assert.equal(await any.call('m', {}, { 'x-litellm-tags': 'eu,us' }), 'ok-free 200');
  const all = await standOf(context, entries, router('enable_tag_filtering: true, tag_filtering_match_any: false'));
  assert.equal(await all.call('m', { tags: ['free', 'eu'] }), 'ok-free 200');
  assert.doesNotMatch(await all.call('m', { tags: ['eu', 'us'] }), /ok-free/);
});

test('tag_regex chooses by what the client calls itself', async (context) => {
  const { call } = await standOf(
    context,
    [
      ['m', 'ok-code', "tag_regex: ['^User-Agent: claude-(?:code|cli)/']"],
      ['m', 'ok-paid', 'tags: [paid]'],
      ['m', 'ok-default', 'tags: [default]'],
    ],
    router('enable_tag_filtering: true'),
  );
  assert.equal(await call('m', {}, { 'user-agent': 'claude-cli/2.1.0 (external)' }), 'ok-code 200');
  assert.equal(await call('m', {}, { 'user-agent': 'my-claude-cli/1' }), 'ok-default 200');
  assert.equal(await call('m', { tags: ['paid'] }, { 'user-agent': 'curl/8' }), 'ok-paid 200');
});

test('timeout and stream_timeout, of a deployment and of the router', async (context) => {
  const entries: Entry[] = [
    ['own', 'slow-a', 'order: 1, timeout: 0.2'],
    ['own', 'ok-b', 'order: 2, timeout: 60'],
    ['routers', 'slow-c', 'order: 1'],
    ['routers', 'ok-d', 'order: 2, timeout: 60'],
    ['patient', 'slow-e', 'timeout: 60'],
  ];
  const { call } = await standOf(context, entries, router('num_retries: 0, timeout: 0.3'));
  assert.equal(await call('own'), 'slow-a ok-b 200');
  assert.equal(await call('routers'), 'slow-c ok-d 200');
  assert.equal(await call('patient'), 'slow-e 200');
  assert.match(await call('patient', { timeout: 0.2 }), /^slow-e (408|504)$/);
});

test('max_parallel_requests is a limit, of one deployment or of all', async (context) => {
  const { call, reached } = await standOf(
    context,
    [
      ['own', 'slow-a', 'order: 1, max_parallel_requests: 1'],
      ['own', 'ok-b', 'order: 2, max_parallel_requests: 9'],
      ['any', 'slow-c', 'order: 1'],
      ['any', 'ok-d', 'order: 2'],
    ],
    router('default_max_parallel_requests: 1'),
  );
  for (const model of ['own', 'any']) {
    const before = reached();
    const first = call(model);
    await eventually(() => assert.equal(reached(), before + 1));
    assert.match(await call(model), /^ok-[bd] 200$/);
    await first;
  }
});

test('a deployment has a budget and token limits of its own, which its aliases share', async (context) => {
  const price = 'input_cost_per_token: 0.000002, output_cost_per_token: 0.00001';
  const { call, gateway } = await standOf(
    context,
    [
      ['m', 'ok-first', `order: 1, ${price}, max_budget: 0.0035, budget_duration: 1d`],
      ['m', 'ok-second', `order: 2, ${price}`],
      ['alone', 'ok-alone', `${price}, max_budget: 0.000001`],
      ['thin', 'ok-thin', 'order: 1, otpm: 60'],
      ['thin', 'ok-wide', 'order: 2'],
    ],
    router('num_retries: 0, model_group_alias: { other: m }'),
  );
  const made = [await call('m'), await call('other'), await call('m'), await call('other'), await call('m')];
  const turn = made.indexOf('ok-second 200');
  assert.ok(turn > 0, made.join());
  assert.deepEqual(once(made.slice(0, turn)), ['ok-first 200']);
  assert.deepEqual(once(made.slice(turn)), ['ok-second 200']);
  assert.equal(await call('alone'), '402');
  const { text } = await gateway.post('/v1/chat/completions', {
    model: 'alone',
    messages: [{ role: 'user', content: 'hello' }],
  });
  assert.match(text, /'deployment:alone=[^']+ok-alone' \(total\)/);
  assert.deepEqual([await call('thin'), await call('thin')], ['ok-thin 200', 'ok-wide 200']);
});

test('model_group_alias, blocked, environments, access groups and ids', async (context) => {
  const { call, gateway } = await standOf(
    context,
    [
      ['m', 'ok-a', '', 'id: the-one, access_groups: [beta]'],
      ['blocked', 'ok-b', '', 'blocked: true'],
      ['elsewhere', 'ok-c', '', 'supported_environments: [staging]'],
      ['openai/*', 'ok-star-*'],
      ['openai/special-*', 'ok-special-*'],
    ],
    router('model_group_alias: { shown: m, unseen: { model: m, hidden: true } }'),
  );
  assert.equal(await call('shown'), 'ok-a 200');
  assert.equal(await call('unseen'), 'ok-a 200');
  assert.equal(await call('openai/x'), 'ok-star-x 200');
  assert.equal(await call('openai/special-x'), 'ok-special-x 200');
  for (const off of ['blocked', 'elsewhere']) assert.match(await call(off), /^(404|503)$/);
  const { data } = JSON.parse((await gateway.get('/v1/models')).text) as { data: { id: string }[] };
  const listed = data.map(({ id }) => id);
  assert.ok(listed.includes('shown') && !listed.includes('unseen') && !listed.includes('blocked'), listed.join());
  const key = await gateway.createKey({ models: ['beta'] });
  const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
  const made = await gateway.post('/v1/chat/completions', body, key);
  assert.equal(made.headers.get('x-litellm-model-id'), 'the-one');
  const refused = await gateway.post('/v1/chat/completions', { ...body, model: 'openai/x' }, key);
  assert.ok(refused.status >= 400 && refused.status < 500, refused.text);
});

test('mock_response is answered here, and takes part in fallbacks', async (context) => {
  const { gateway } = await standOf(
    context,
    [
      ['said', 'ok-a', 'mock_response: "It works: 100%*"'],
      ['fails', 'ok-b', 'mock_response: litellm.RateLimitError'],
    ],
    router('num_retries: 0, fallbacks: [{ fails: [said] }]'),
  );
  const key = await gateway.createKey({ max_budget: 1 });
  for (const model of ['said', 'fails']) {
    const body = { model, messages: [{ role: 'user', content: 'hello' }] };
    const { status, text } = await gateway.post('/v1/chat/completions', body, key);
    assert.equal(status, 200, text);
    assert.match(text, /It works: 100%\*/);
    const streamed = await gateway.post('/v1/chat/completions', { ...body, stream: true }, key);
    assert.match(streamed.text, /works:.*\[DONE\]/s);
  }
});

test('a budget of a provider is kept', async (context) => {
  const price = 'input_cost_per_token: 0.000002, output_cost_per_token: 0.00001';
  const { call } = await standOf(
    context,
    [['m', 'ok-a', price]],
    router('provider_budget_config: { openai: { budget_limit: 0.000001, time_period: 1d } }'),
  );
  assert.equal(await call('m'), '402');
});

test('num_retries of a deployment stand before those of all', async (context) => {
  const { call } = await standOf(
    context,
    [
      ['often', 'flaky-a', 'num_retries: 2'],
      ['never', 'flaky-b', 'max_retries: 0'],
    ],
    router('num_retries: 0, cooldown_time: 0'),
  );
  assert.equal(await call('often'), 'flaky-a flaky-a flaky-a 200');
  assert.match(await call('never'), /^flaky-b 5\d\d$/);
});

test('default_api_key_rpm_limit is the limit of each key at the model, unless the key has one', async (context) => {
  const { gateway } = await standOf(context, [
    ['m', 'ok-a', 'default_api_key_rpm_limit: 2, default_api_key_tpm_limit: 100000'],
    ['free', 'ok-b'],
  ]);
  const body = (model: string) => ({ model, messages: [{ role: 'user', content: 'hello' }], max_tokens: 5 });
  const statuses = async (key: string | undefined, model: string): Promise<string> => {
    const made: number[] = [];
    for (let nth = 0; nth < 3; nth++) made.push((await gateway.post('/v1/chat/completions', body(model), key)).status);
    return made.join(' ');
  };
  const [one, other] = [await gateway.createKey(), await gateway.createKey()];
  assert.equal(await statuses(one, 'm'), '200 200 429');
  assert.equal(await statuses(one, 'free'), '200 200 200');
  assert.equal(await statuses(other, 'm'), '200 200 429', 'each key has its own');
  assert.equal(await statuses(await gateway.createKey({ model_rpm_limit: { m: 5 } }), 'm'), '200 200 200');
  assert.equal(await statuses(undefined, 'm'), '200 200 200', 'the master key is nobody');
});

test('deployment_affinity keeps the calls of a key at one deployment', async (context) => {
  const entries: Entry[] = ['a', 'b', 'c', 'd'].map((name) => ['m', `ok-${name}`] as const);
  const { gateway, calls } = await standOf(
    context,
    entries,
    router('optional_pre_call_checks: [deployment_affinity, prompt_caching], deployment_affinity_ttl_seconds: 60'),
  );
  assert.equal(once(await calls(8, 'm')).length, 1);
  const places = new Set<string | null>();
  for (let nth = 0; nth < 12; nth++) {
    const key = await gateway.createKey();
    const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
    places.add((await gateway.post('/v1/chat/completions', body, key)).headers.get('x-litellm-model-id'));
  }
  assert.ok(places.size > 1, 'other keys are elsewhere');
});

test('network_mock calls nobody', async (context) => {
  const { call, gateway } = await standOf(context, [['m', 'bad-a']], 'litellm_settings: { network_mock: true }');
  assert.equal(await call('m'), '200');
  const { text } = await gateway.post('/v1/chat/completions', {
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
  });
  assert.match(text, /This is a mock response/);
});
