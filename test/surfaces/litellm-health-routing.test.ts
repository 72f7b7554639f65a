import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { loadForTest } from '../../src/config/load-for-test.ts';
import { startGateway } from '../support/gateway.ts';
import { answer, chatAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

/** Calls go to the first as long as the plan has it; checks are made when the test asks for them. */
async function stageOf(context: TestContext, settings: string, routerSettings = '') {
  const lists: Record<'first' | 'second', number> = { first: 200, second: 200 };
  const play = (name: keyof typeof lists): Promise<Upstream> =>
    startUpstream(context, (request) => {
      if (request.method !== 'GET') return answer(request, { body: chatAnswer(name) });
      return answer(request, { status: lists[name], body: '{"data":[]}' });
    });
  const [first, second] = [await play('first'), await play('second')];
  const entry = (url: string, order: number): string =>
    `  - { model_name: m, litellm_params: { model: openai/${order}, api_base: "${url}", api_key: k${order}, order: ${order} } }`;
  const gateway = await startGateway(context, {
    config: `model_list:
${entry(first.url, 1)}
${entry(second.url, 2)}
general_settings: { background_health_checks: true, health_check_interval: 600, ${settings} }
router_settings: { disable_cooldowns: true, ${routerSettings} }
`,
  });
  /** Who answers after a check that finds these statuses. */
  const after = async (ofFirst: number, ofSecond: number): Promise<string> => {
    Object.assign(lists, { first: ofFirst, second: ofSecond });
    assert.equal((await gateway.get('/health?probe=true')).status, 200);
    const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hello' }] };
    const { status, text } = await gateway.post('/v1/chat/completions', body);
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
  };
  return { gateway, after };
}

test('enable_health_check_routing leaves out who failed the last check, unless all have', async (context) => {
  const { gateway, after } = await stageOf(context, 'enable_health_check_routing: true');
  assert.equal(await after(200, 200), 'first');
  assert.equal(await after(500, 200), 'second');
  const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
  const { text } = await gateway.post('/utils/explain', body);
  assert.match(text, /its last probe failed, and others are well/);
  assert.equal(await after(500, 500), 'first', 'all of them failed');
  assert.equal(await after(429, 200), 'second', 'a rate limit counts as a failure');
  assert.equal(await after(403, 200), 'second', 'a key that may not list says nothing, and what was known stays');
  assert.equal(await after(200, 500), 'first');
  assert.doesNotMatch(gateway.errors(), /not honoured/);
});

test('health_check_ignore_transient_errors: a rate limit says nothing', async (context) => {
  const settings = 'enable_health_check_routing: true, health_check_ignore_transient_errors: true';
  const { after } = await stageOf(context, settings);
  assert.equal(await after(429, 200), 'first');
  assert.equal(await after(500, 200), 'second');
  assert.equal(await after(408, 200), 'second');
  assert.equal(await after(200, 200), 'first');
});

test('health_check_staleness_threshold: what was found longer ago says nothing', async (context) => {
  const { after } = await stageOf(context, 'enable_health_check_routing: true, health_check_staleness_threshold: 0');
  assert.equal(await after(500, 200), 'first');
});

test('with an allowed_fails_policy, and without the setting, checks leave nobody out', async (context) => {
  const policy = 'allowed_fails_policy: { InternalServerErrorAllowedFails: 1000 }';
  const { after } = await stageOf(context, 'enable_health_check_routing: true', policy);
  assert.equal(await after(500, 200), 'first');
  const { after: withoutIt } = await stageOf(context, 'health_check_staleness_threshold: 60');
  assert.equal(await withoutIt(500, 200), 'first');
});

test('enable_health_check_routing may stand with the router; without checks it is told of', async () => {
  const read = async (settings: string) => {
    const text = `model_list:\n  - { model_name: m, litellm_params: { model: openai/m, api_key: k } }\n${settings}\n`;
    const { configuration } = await loadForTest({ files: { 'waybill.yaml': text } });
    return { probes: configuration?.routing.probes, notices: configuration?.notices.join('\n') ?? '' };
  };
  const checks = 'general_settings: { background_health_checks: true, health_check_interval: 30 }';
  const atRouter = await read(`${checks}\nrouter_settings: { enable_health_check_routing: true }`);
  assert.deepEqual(atRouter.probes?.leavesOut, { staleMs: 60_000, ignoresTransient: false });
  const own = 'routing: { probes: { every: 30s, leave_out: on, stale_after: 45s, ignore_transient: on } }';
  const { configuration } = await loadForTest({ files: { 'waybill.yaml': `version: 1\n${own}\n` } });
  assert.deepEqual(configuration?.routing.probes?.leavesOut, { staleMs: 45_000, ignoresTransient: true });
  const { probes, notices } = await read('general_settings: { enable_health_check_routing: true }');
  assert.equal(probes, null);
  assert.match(notices, /enable_health_check_routing \(.*\) is not honoured: background_health_checks is off/);
});
