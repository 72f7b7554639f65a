import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { MASTER_KEY } from '../support/gateway.ts';
import { gatewayAndUpstream } from '../support/one-upstream.ts';
import { seeded } from '../support/seeded.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const REQUESTS = 10_000;
const AT_ONCE = 16;
const SEED = 20_261_124;

const DOORS = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings'];
const BODY = JSON.stringify({
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'You are terse.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'hi 日本 🙂 \\ "' },
        { type: 'image_url', image_url: { url: 'data:,' } },
      ],
    },
  ],
  prompt: ['one', 'two'],
  input: 'three',
  stream: false,
  stream_options: { include_usage: true },
  n: 1,
  max_tokens: 16,
  max_completion_tokens: 16,
  tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
  temperature: 1.0e-3,
  logit_bias: { '50256': -100 },
  user: 'someone',
});
const MORSELS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\\u',
  '\\ud800',
  '\u0000',
  'null',
  'true',
  '1e999',
  '-0',
  '--1',
  '9'.repeat(400),
  '"__proto__":{"a":1},',
  '"constructor":1,',
  '"model":"gpt-4o",',
  '"stream":true,',
  '"n":1e9,',
  '"max_tokens":-1,',
  '[['.repeat(500),
  '"messages":{},',
  '"messages":[null],',
  '\ufeff',
  ' '.repeat(100),
  '//',
  "'; DROP TABLE access_virtual_key; --",
  '${7*7}',
  '\r\n\r\n',
];

type Shot = { readonly path: string; readonly headers: Record<string, string>; readonly body: Buffer };

/** A good request with one to four things changed about it. */
function mutated(random: () => number): Shot {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let body: Buffer = Buffer.from(BODY);
  const headers: Record<string, string> = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
  let path = pick(DOORS);
  const changes: readonly (() => void)[] = [
    () => {
      const at = Math.floor(random() * body.length);
      body = Buffer.concat([body.subarray(0, at), Buffer.from(pick(MORSELS)), body.subarray(at)]);
    },
    () => {
      body = body.subarray(0, Math.floor(random() * body.length));
    },
    () => {
      const at = Math.floor(random() * body.length);
      body = Buffer.concat([body.subarray(0, at), body.subarray(at + 1 + Math.floor(random() * 20))]);
    },
    () => {
      if (body.length > 0) body[Math.floor(random() * body.length)] = Math.floor(random() * 256);
    },
    () => {
      const text = body.toString('latin1');
      body = Buffer.from(text.replace(/"[a-z_]+":/, `${JSON.stringify(pick(MORSELS))}:`), 'latin1');
    },
    () => {
      const name = pick([
        'x-request-id',
        'content-encoding',
        'content-type',
        'accept',
        'x-api-key',
        'authorization',
        'cookie',
      ]);
      headers[name] = pick(['', 'gzip', 'Bearer', 'Basic abc', "' OR 1=1 --", 'x'.repeat(2_000), '__proto__']);
    },
    () => {
      path = pick([
        `${path}?a=%`,
        `${path}/`,
        `/%2e%2e${path}`,
        `/${path}`,
        '/v1/models/%',
        '/spend/logs?request_id=%27',
        '/key/generate',
      ]);
    },
  ];
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) pick(changes)();
  return { path, headers, body };
}

/** The status; null: the connection was closed without an answer. */
function shoot(port: number, { path, headers, body }: Shot): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(
      { port, path, method: 'POST', headers: { ...headers, 'content-length': body.length }, agent: false },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? null));
        response.once('error', () => resolve(response.statusCode ?? null));
      },
    );
    sent.once('error', () => resolve(null));
    sent.end(body);
  });
}

test(`${REQUESTS} mutated requests: nothing crashes, nothing is our fault, nothing goes unanswered`, async (context) => {
  const { gateway } = await gatewayAndUpstream(context, (received) => {
    const { body, path } = received;
    assert.doesNotThrow(() => JSON.parse(body), `${path} went upstream with ${body}`);
    return answer(received, { body: chatAnswer('hello') });
  });
  const random = seeded(SEED);
  const statuses = new Map<number | null, number>();
  let left = REQUESTS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const shot = mutated(random);
      const status = await shoot(gateway.port, shot);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const about = `${status} for ${shot.path} ${JSON.stringify(shot.headers)} ${shot.body.toString('latin1')}`;
      assert.ok(status !== null && status !== 500 && status < 600, about);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  context.diagnostic(
    JSON.stringify(Object.fromEntries([...statuses].map(([status, count]) => [status ?? 'none', count]))),
  );
  assert.ok((statuses.get(400) ?? 0) > 1_000 && (statuses.get(200) ?? 0) > 100, 'the mutations reach both sides');
  assert.equal(gateway.child.exitCode, null);
  assert.equal((await gateway.get('/health/readiness')).status, 200);
  assert.doesNotMatch(gateway.errors(), /"level":"error"/);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
});
