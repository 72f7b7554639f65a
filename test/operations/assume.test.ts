import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gateway, runCommand, startGateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

type Planned = {
  readonly candidates: readonly { readonly deployment: string; readonly credential: string }[];
  readonly excluded: readonly { readonly deployment: string; readonly by: string; readonly reason: string }[];
  readonly hold: { readonly asked_usd: number };
  readonly refusal: { readonly status: number } | null;
};
type Explained = Planned & { readonly assumed?: Planned };

async function start(test: Scope): Promise<Gateway> {
  const { url } = await startUpstream(test, (request) => answer(request, { body: chatAnswer('hello') }));
  const config = `credentials:
  dear: { provider: openai-compatible, base_url: "${url}", api_key: sk-dear-secret-0123456789 }
  cheap: { provider: openai-compatible, base_url: "${url}", api_key: sk-cheap-secret-0123456789 }
models:
  small:
    deployments:
      - { use: dear/small, price: { input: 3, output: 15 } }
      - { use: cheap/small, price: { input: 1, output: 5 } }
routing: { strategy: lowest-price }
`;
  return startGateway(test, { config });
}

const BODY = { model: 'small', max_tokens: 1_000, messages: [{ role: 'user', content: 'hello' }] };

async function assuming(gateway: Gateway, assume: object): Promise<Explained> {
  const { status, text } = await gateway.post('/utils/explain', { body: BODY, assume });
  assert.equal(status, 200, text);
  return JSON.parse(text) as Explained;
}

const places = ({ candidates }: Planned): readonly string[] => candidates.map(({ credential }) => credential);

test('an outage and another price are tried out beside the plan as it is, and change nothing', async (t) => {
  const gateway = await start(t);
  const asIs = JSON.parse((await gateway.post('/utils/explain', { body: BODY })).text) as Explained;
  assert.deepEqual([places(asIs), asIs.assumed], [['cheap', 'dear'], undefined]);
  const [cheap, dear] = asIs.candidates.map(({ deployment }) => deployment);
  assert.ok(cheap !== undefined && dear !== undefined);

  const outage = await assuming(gateway, { down: [cheap] });
  assert.deepEqual([places(outage), outage.assumed && places(outage.assumed)], [['cheap', 'dear'], ['dear']]);
  assert.deepEqual(
    outage.assumed?.excluded.map(({ deployment, by, reason }) => [deployment, by, reason]),
    [[cheap, 'cooldown', 'is taken to be down']],
  );
  const dark = await assuming(gateway, { down: [cheap, dear] });
  assert.deepEqual([dark.refusal, dark.assumed?.refusal?.status], [null, 503]);

  const cheaper = await assuming(gateway, { prices: { [dear]: { input: 0.5, output: '2.5' } } });
  assert.deepEqual(cheaper.assumed && places(cheaper.assumed), ['dear', 'cheap']);
  assert.ok((cheaper.assumed?.hold.asked_usd ?? 1) < cheaper.hold.asked_usd, 'the dearest is another one');

  const health = JSON.parse((await gateway.get('/health')).text) as { deployments: { state: string }[] };
  assert.deepEqual(
    health.deployments.map(({ state }) => state),
    ['closed', 'closed'],
  );
  const after = JSON.parse((await gateway.post('/utils/explain', { body: BODY })).text) as Explained;
  assert.deepEqual(places(after), ['cheap', 'dear']);
});

test('the command line takes the same: an outage and another price, beside the plan as it is', async (t) => {
  const gateway = await start(t);
  const asIs = JSON.parse((await gateway.post('/utils/explain', { body: BODY })).text) as Explained;
  const [cheap = '', dear = ''] = asIs.candidates.map(({ deployment }) => deployment);
  const explain = (...args: readonly string[]) =>
    runCommand(t, { args: ['explain', 'small', ...args, '--port', String(gateway.port)], data: gateway.data });
  const json = await explain('--json', '--assume', `${cheap}=down`, '--assume', `${dear}=0.5/2.5`);
  assert.equal(json.code, 0, json.errors);
  const told = JSON.parse(json.output) as Explained;
  assert.deepEqual([places(told), told.assumed && places(told.assumed)], [['cheap', 'dear'], ['dear']]);
  const text = await explain('--assume', `${cheap}=down`, '--assume', `${dear}=0.5/2.5`);
  assert.match(text.output, new RegExp(`\\n--- if ${cheap} were down, ${dear} cost 0.5 / 2.5\\n\\nsmall is small`));
  assert.match(text.output, /left out\n.*\n.*is taken to be down/);
  const dark = await explain('--assume', `${cheap}=down`, '--assume', `${dear}=down`);
  assert.match(dark.output, /it would be refused with 503/);
  const nobody = await explain('--assume', 'nobody=down');
  assert.equal(nobody.code, 1);
  assert.match(nobody.errors, /'nobody' is no deployment of 'small'; expected one of/);
  const wrong = await explain('--assume', `${cheap}=up`);
  assert.equal(wrong.code, 1);
  assert.match(wrong.errors, /--assume: expected <deployment>=down or <deployment>=<input>\/<output>, got '.*=up'/);
  const dearer = await explain('--assume', `${cheap}=a/1`);
  assert.match(dearer.errors, /--assume: prices: .*: input: expected USD for a million tokens/);
});

test('without a gateway the configuration is asked the same', async (t) => {
  const config = `credentials:
  dear: { provider: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: k }
  cheap: { provider: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: k }
models:
  small:
    deployments:
      - { id: d, use: dear/small, price: { input: 3, output: 15 } }
      - { id: c, use: cheap/small, price: { input: 1, output: 5 } }
routing: { strategy: lowest-price }
`;
  const args = ['explain', 'small', '--json', '--assume', 'c=down', '--port', '1'];
  const offline = await runCommand(t, { args, config });
  assert.equal(offline.code, 0, offline.errors);
  const told = JSON.parse(offline.output) as Explained;
  assert.deepEqual([places(told), told.assumed && places(told.assumed)], [['cheap', 'dear'], ['dear']]);
});

test('an assumption that is about nobody, or says nothing, is refused by name', async (t) => {
  const gateway = await start(t);
  const refused = async (assume: object) => {
    const reply = await gateway.post('/utils/explain', { body: BODY, assume });
    assert.equal(reply.status, 400, reply.text);
    return (JSON.parse(reply.text) as { error: { param: string | null; message: string } }).error;
  };
  const nobody = await refused({ down: ['nobody'] });
  assert.equal(nobody.param, 'assume.down');
  assert.match(nobody.message, /'nobody' is no deployment of 'small'; expected one of [0-9a-f]{16}, [0-9a-f]{16}/);
  assert.equal((await refused({ prices: { nobody: { input: 1, output: 2 } } })).param, 'assume.prices');
  assert.match((await refused({})).message, /name deployments in 'down' or 'prices'/);
  assert.match((await refused({ prices: { a: { input: 'cheap', output: 1 } } })).message, /expected USD/);
  assert.match((await refused({ prices: { a: { input: -1, output: 1 } } })).message, /expected USD, 0 to 1000000/);
});
