import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';
import { chatBody } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

type Row = {
  readonly kind: string;
  readonly id: string;
  readonly model: string | null;
  readonly measure: string;
  readonly per: string | null;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly frees_in_ms: number | null;
  readonly empty_in_ms: number | null;
};

test('limits in use are told with what remains and when it frees, to operators alone', async (t) => {
  const { url } = await startUpstream(t, (request) => answer(request, { body: chatAnswer('hello') }));
  const config = `credentials:
  own: { provider: openai-compatible, base_url: "${url}", api_key: sk-own-secret-0123456789 }
models:
  gpt-4o: { price: free, deployments: [{ use: own/gpt-4o, limits: { rpm: 100, parallel: 4 } }] }
limits:
  gateway: { rpd: 2 }
`;
  const gateway = await startGateway(t, { config });
  const limits = async (query = ''): Promise<readonly Row[]> => {
    const { status, text } = await gateway.get(`/health/limits${query}`);
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { limits: Row[] }).limits;
  };
  assert.deepEqual(
    (await limits()).map(({ kind, measure, per, limit, used, remaining }) => [
      kind,
      measure,
      per,
      limit,
      used,
      remaining,
    ]),
    [
      ['deployment', 'requests', 'minute', 100, 0, 100],
      ['deployment', 'parallel', null, 4, 0, 4],
    ],
    'those of deployments are always there',
  );

  const key = await gateway.createKey({ key_alias: 'ci' });
  for (let call = 0; call < 2; call += 1)
    assert.equal((await gateway.post('/v1/chat/completions', chatBody(), key)).status, 200);
  assert.equal((await gateway.post('/v1/chat/completions', chatBody(), key)).status, 429);
  await eventually(async () => {
    const [own] = await limits('?kind=gateway');
    assert.deepEqual([own?.measure, own?.per, own?.limit, own?.used, own?.remaining], ['requests', 'day', 2, 2, 0]);
    const [frees, empty] = [own?.frees_in_ms ?? -1, own?.empty_in_ms ?? -1];
    assert.ok(frees > 0 && frees <= empty && empty <= 86_400_000, `${frees} ${empty}`);
    assert.deepEqual(await limits('?kind=key'), [], 'keys have none here');
  });
  const [requests] = await limits('?kind=deployment');
  assert.deepEqual([requests?.model, requests?.limit], ['gpt-4o', 100]);
  assert.equal((await limits(`?kind=deployment&id=${requests?.id}`)).length, 2);

  assert.equal((await gateway.get('/health/limits', key)).status, 403);
  const wrong = await gateway.get('/health/limits?kind=everybody');
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /kind/);
});
