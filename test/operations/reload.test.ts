import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway, MASTER_KEY, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  type Script,
  startStream,
  startUpstream,
  type Upstream,
  usageChunk,
} from '../support/upstream.ts';

type Running = {
  readonly gateway: Gateway;
  readonly upstream: Upstream;
  readonly file: string;
  /** Writes a file whose one model has this name. */
  readonly rename: (model: string) => void;
};

function configuration(url: string, model: string, apiKey = 'sk-upstream'): string {
  return `credentials:
  up: { provider: openai-compatible, base_url: "${url}", api_key: "${apiKey}" }
models:
  ${model}: { deployments: [{ use: up/whatever, price: free }] }
`;
}

const plain: Script = (request) => answer(request, { body: chatAnswer('hi') });

async function start(context: TestContext, script = plain, args: readonly string[] = []): Promise<Running> {
  const upstream = await startUpstream(context, script);
  const gateway = await startGateway(context, { config: configuration(upstream.url, 'one'), args });
  const file = gateway.configFile ?? '';
  return { gateway, upstream, file, rename: (model) => writeFileSync(file, configuration(upstream.url, model)) };
}

function call(gateway: Gateway, model: string): Promise<number> {
  return gateway.post('/v1/chat/completions', chatBody({ model })).then(({ status }) => status);
}

async function serves(gateway: Gateway, model: string, expected = 200): Promise<void> {
  await eventually(async () => assert.equal(await call(gateway, model), expected));
}

test('SIGHUP: a new model appears, the old one is gone, in calls and in lists', async (context) => {
  const { gateway, rename } = await start(context);
  await serves(gateway, 'one');
  rename('two');
  assert.equal(await call(gateway, 'two'), 404, 'not before it is told');
  gateway.child.kill('SIGHUP');
  await serves(gateway, 'two');
  assert.equal(await call(gateway, 'one'), 404);
  const { text } = await gateway.get('/v1/models');
  assert.match(text, /"two"/);
  assert.doesNotMatch(text, /"one"/);
});

test('a faulty file keeps the old one running and says why; a good one is taken again', async (context) => {
  const { gateway, file, rename } = await start(context);
  const faulty = [
    ['moddels: {}\n', /unknown key 'moddels': did you mean 'models'/],
    ['models: [\n', /not valid YAML/],
    [configuration('http://169.254.169.254/v1', 'one'), /credential 'up'/],
  ] as const;
  for (const [text, why] of faulty) {
    writeFileSync(file, text);
    gateway.child.kill('SIGHUP');
    await eventually(() => assert.match(gateway.errors(), why));
    assert.equal(await call(gateway, 'one'), 200);
  }
  rename('two');
  gateway.child.kill('SIGHUP');
  await serves(gateway, 'two');
});

test('an answer in flight is not harmed, though its model and its upstream are gone', async (context) => {
  const ends: (() => void)[] = [];
  const { gateway, rename } = await start(context, (request) => {
    // A call that comes before the file is read ends at once, so that another one is made.
    if (ends.length > 0) return plain(request);
    startStream(request);
    request.socket.write(chatChunk('first'));
    ends.push(() => request.socket.end(chatChunk('last') + usageChunk(3, 4) + DONE));
  });
  const client = await openRaw(context, gateway.port);
  client.socket.write(rawPost('/v1/chat/completions', MASTER_KEY, chatBody({ model: 'one', stream: true })));
  await client.until(/first/);
  rename('two');
  gateway.child.kill('SIGHUP');
  await serves(gateway, 'one', 404);
  ends[0]?.();
  await client.until(/last[\s\S]*\[DONE\]/);
  await eventually(async () => {
    const answered = (await spendRows(gateway)).filter(({ completion_tokens: tokens }) => tokens === 4);
    assert.equal(answered.length, 1);
  });
});

test('no call fails while the file is loaded again and again', async (context) => {
  const { gateway } = await start(context);
  const statuses = new Set<number>();
  for (let round = 0; round < 10; round++) {
    gateway.child.kill('SIGHUP');
    for (const status of await Promise.all([0, 1, 2, 3, 4].map(() => call(gateway, 'one')))) statuses.add(status);
  }
  assert.deepEqual([...statuses], [200]);
});

test('what cannot change while it runs is named', async (context) => {
  const { gateway, file } = await start(context);
  writeFileSync(file, `${readFileSync(file, 'utf8')}server: { max_body: 1MiB }\n`);
  gateway.child.kill('SIGHUP');
  await eventually(() => assert.match(gateway.errors(), /at the next start.*"parts":\["server"\]/));
});

test('--watch: written in place, replaced, faulty and replaced once more', async (context) => {
  const { gateway, upstream, file, rename } = await start(context, plain, ['--watch']);
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  rename('two');
  await serves(gateway, 'two');
  for (const model of ['three', 'four']) {
    replace(configuration(upstream.url, model));
    await serves(gateway, model);
  }
  replace('moddels: {}\n');
  await eventually(() => assert.match(gateway.errors(), /did you mean 'models'/));
  assert.equal(await call(gateway, 'four'), 200);
  replace(configuration(upstream.url, 'five'));
  await serves(gateway, 'five');
});

test('without --watch a changed file waits', async (context) => {
  const { gateway, rename } = await start(context);
  rename('two');
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(await call(gateway, 'two'), 404);
});

for (const how of ['SIGHUP', '--watch']) {
  test(`a secret in a file of its own is read again: ${how}`, async (context) => {
    const upstream = await startUpstream(context, plain);
    const secret = join(temporaryFolder(context), 'key.txt');
    writeFileSync(secret, 'sk-before\n');
    const gateway = await startGateway(context, {
      config: configuration(upstream.url, 'one', `\${file:${secret}}`),
      args: how === '--watch' ? ['--watch'] : [],
    });
    await serves(gateway, 'one');
    assert.equal(upstream.requests.at(-1)?.headers.authorization, 'Bearer sk-before');
    writeFileSync(secret, 'sk-after\n');
    if (how === 'SIGHUP') gateway.child.kill('SIGHUP');
    await eventually(async () => {
      await serves(gateway, 'one');
      assert.equal(upstream.requests.at(-1)?.headers.authorization, 'Bearer sk-after');
    });
    assert.doesNotMatch(gateway.errors(), /sk-(before|after)/);
  });
}

test('what new users have, and the budget of customers, follow the file', async (context) => {
  const { gateway, file, upstream } = await start(context);
  const roleOf = async (id: string): Promise<unknown> => {
    const { text } = await gateway.post('/user/new', { user_id: id, auto_create_key: false });
    return (JSON.parse(text) as { user_role: string }).user_role;
  };
  const forCustomer = async (): Promise<number> =>
    (await gateway.post('/v1/chat/completions', chatBody({ model: 'two', user: 'c' }))).status;
  assert.equal(await roleOf('before'), 'internal_user');
  const defaults = 'defaults: { user: { role: proxy_admin_viewer }, customer: { budget_id: unmade } }\n';
  writeFileSync(file, configuration(upstream.url, 'two') + defaults);
  gateway.child.kill('SIGHUP');
  await serves(gateway, 'two');
  assert.equal(await roleOf('after'), 'proxy_admin_viewer');
  assert.equal(await forCustomer(), 403);
});
