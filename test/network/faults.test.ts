import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { type FaultKind, faultKinds } from '../support/fault-kinds.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody, errorOf } from '../support/one-upstream.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  startUpstream,
  type UpstreamRequest,
  usageChunk,
} from '../support/upstream.ts';

const PLAIN = chatAnswer('hello');
const STREAM = `${chatChunk('hello')}${chatChunk('', { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${usageChunk(10, 5)}${DONE}`;

/** Of upstreams that take no request at all: how they meet a connection. */
const unreachable: readonly (Omit<FaultKind, 'fails'> & { readonly meet: ((socket: Socket) => void) | null })[] = [
  { name: 'no connection', meet: null, status: 502, code: 'upstream_unreachable' },
  { name: 'a connection that closes', meet: (socket) => socket.end(), status: 502, code: 'upstream_unreachable' },
  {
    name: 'a connection that is reset',
    meet: (socket) => socket.resetAndDestroy(),
    status: 502,
    code: 'upstream_unreachable',
  },
];
const kinds = [...faultKinds, ...unreachable];

/** USD per million tokens: a call of 4,000 output tokens holds more than half of a dollar. */
const PRICE = '{ input: 100, output: 120 }';
const OUTPUT = 4_000;

/**
 * Each fault has a credential, a model with a healthy second deployment and one without, and a key with a budget of a
 * dollar, so that none leaves a trace that another one meets.
 */
suite('upstreams that fail, over real sockets', () => {
  const undo: (() => unknown)[] = [];
  const scope = { after: (callback: () => unknown) => void undo.push(callback) };
  const asked = new Map<string, number>();
  let gateway: Gateway;

  before(async () => {
    const good = await startUpstream(scope, (request: UpstreamRequest) =>
      request.body.includes('"stream":true')
        ? answer(request, { type: 'text/event-stream', body: STREAM })
        : answer(request, { body: PLAIN }),
    );
    const faulty = await startUpstream(scope, (request) => {
      const index = Number(/^\/(\d+)\//.exec(request.path)?.[1]);
      asked.set(String(index), (asked.get(String(index)) ?? 0) + 1);
      return faultKinds[index]?.fails(request);
    });
    const urls = [
      ...faultKinds.map((_, index) => `http://127.0.0.1:${faulty.port}/${index}/v1`),
      ...(await Promise.all(unreachable.map(async ({ meet }) => `http://127.0.0.1:${await portThat(meet)}/v1`))),
    ];
    gateway = await startGateway(scope, { config: configOf(urls, good.url) });
  });
  after(async () => {
    for (const callback of undo.reverse()) await callback();
  });

  async function portThat(meet: ((socket: Socket) => void) | null): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      meet?.(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    if (meet === null) server.close();
    else scope.after(() => server.close());
    return port;
  }

  for (const [index, kind] of kinds.entries()) {
    test(kind.name, async () => {
      const key = await gateway.createKey({ max_budget: 1 });
      const ask = (model: string, stream: boolean) =>
        gateway.post('/v1/chat/completions', chatBody({ model, stream, max_tokens: OUTPUT }), key);
      for (const stream of [false, true]) {
        const answered = await ask(`both-${stream}-${index}`, stream);
        assert.equal(answered.status, 200, answered.text);
        assert.equal(answered.text, stream ? withoutUsage(STREAM) : PLAIN);
        const refused = await ask(`alone-${stream}-${index}`, stream);
        assert.equal(refused.status, kind.status, refused.text);
        assert.match(refused.headers.get('content-type') ?? '', /^application\/json/);
        const { code, message } = errorOf(refused.text);
        assert.equal(typeof message === 'string' || kind.code === null, true, refused.text);
        if (kind.code !== null) assert.equal(code, kind.code, refused.text);
        if (kind.retryAfter) assert.equal(refused.headers.get('retry-after'), String(kind.retryAfter));
        assert.doesNotMatch(refused.text, /127\.0\.0\.1|sk-up/, 'no address and no key');
      }
      if (index < faultKinds.length) assert.ok((asked.get(String(index)) ?? 0) >= 4, 'each call has met the fault');
      // Money that were still held would leave too little for this, and a slot that were still taken no deployment.
      const last = await ask('good', false);
      assert.equal(last.status, 200, last.text);
    });
  }
});

function withoutUsage(stream: string): string {
  return stream.replace(usageChunk(10, 5), '');
}

/** A credential for each call, for one that was refused, or limited, rests. */
function configOf(urls: readonly string[], good: string): string {
  const limits = 'limits: { parallel: 1 }';
  const names = urls.flatMap((url, index) =>
    ['both-false', 'both-true', 'alone-false', 'alone-true'].map((call) => ({ url, call, name: `${call}-${index}` })),
  );
  const credential = (name: string, url: string) =>
    `  ${name}: { provider: openai-compatible, base_url: "${url}", api_key: sk-up }`;
  const model = ({ name, call }: (typeof names)[number]) =>
    `  ${name}: { price: ${PRICE}, ${limits}, deployments: [${name}/x${call.startsWith('both') ? ', { use: good/x, priority: 2 }' : ''}] }`;
  return `credentials:
${names.map(({ name, url }) => credential(name, url)).join('\n')}
${credential('good', good)}
models:
${names.map(model).join('\n')}
  good: { price: ${PRICE}, ${limits}, deployments: [good/x] }
routing:
  retries: 0
  allowed_fails: 1000
  timeouts: { connect: 1s, first_byte: 250ms, idle: 250ms, total: 5s }
log_level: silent
`;
}
