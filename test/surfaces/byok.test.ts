import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import { startGateway } from '../support/gateway.ts';
import { chatBody } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

type Told = Readonly<Record<string, unknown>>;

const PAYMENTS = 'sk-payments-0123456789';
const OTHERS = 'sk-others-0123456789';
/** 3 tokens in and 2 out, at 1 and 2 USD per million. */
const CHARGE = 0.000007;

test("calls by a team's own credential are told apart, call by call and in what its keys have used", async (context) => {
  const upstream = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hi', 3, 2) }));
  const gateway = await startGateway(context, {
    config: `credentials:
  shared: { provider: openai-compatible, base_url: "${upstream.url}", api_key: sk-shared }
  own: { provider: openai-compatible, base_url: "${upstream.url}", api_key: sk-own }
models:
  gpt-4o: { deployments: [{ use: shared/gpt-4o, price: { input: 1, output: 2 } }] }
teams:
  payments: { credentials: { openai-compatible: own } }
keys:
  of-payments: { team: payments, secret: ${PAYMENTS} }
  of-others: { secret: ${OTHERS} }
`,
  });
  const { get } = administrationOf(gateway);
  const called = async (key: string): Promise<Told> => {
    const { status, text } = await gateway.post('/api/v1/chat/completions', chatBody(), key);
    assert.equal(status, 200, text);
    const { id, usage } = JSON.parse(text) as { id: string; usage: Told };
    const { data } = (await get(`/api/v1/generation?id=${id}`, key)) as { data: Told & { provider_responses: Told[] } };
    return { answer: usage['is_byok'], log: data['is_byok'], attempt: data.provider_responses[0]?.['is_byok'] };
  };
  assert.deepEqual(await called(PAYMENTS), { answer: true, log: true, attempt: true });
  assert.deepEqual(await called(PAYMENTS), { answer: true, log: true, attempt: true });
  assert.deepEqual(await called(OTHERS), { answer: false, log: false, attempt: false });
  assert.deepEqual(
    upstream.requests.map(({ headers }) => headers.authorization),
    ['Bearer sk-own', 'Bearer sk-own', 'Bearer sk-shared'],
  );

  const usedBy = async (key: string): Promise<readonly unknown[]> => {
    const { data } = (await get('/api/v1/key', key)) as { data: Told };
    const periods = ['', '_daily', '_weekly', '_monthly'];
    assert.equal(data['include_byok_in_limit'], false);
    return periods.flatMap((period) => [data[`usage${period}`], data[`byok_usage${period}`]]);
  };
  assert.deepEqual(await usedBy(PAYMENTS), Array(8).fill(2 * CHARGE));
  assert.deepEqual(
    await usedBy(OTHERS),
    Array.from({ length: 8 }, (_, nth) => (nth % 2 === 0 ? CHARGE : 0)),
  );
  const { data: listed } = (await get('/api/v1/keys')) as { data: readonly Told[] };
  assert.deepEqual(
    listed.map(({ usage, byok_usage, byok_usage_daily }) => [usage, byok_usage, byok_usage_daily]).sort(),
    [
      [CHARGE, 0, 0],
      [2 * CHARGE, 2 * CHARGE, 2 * CHARGE],
    ],
  );
});
