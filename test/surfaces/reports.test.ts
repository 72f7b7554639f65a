import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import type { Gateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

type Json = Readonly<Record<string, unknown>>;
type Sums = Json & {
  readonly spend_usd: number;
  readonly requests: number;
  readonly errors: Readonly<Record<string, number>>;
};
type Report = {
  readonly totals: Sums;
  readonly series: readonly Sums[];
  readonly groups: readonly {
    readonly name: string;
    readonly alias: string | null;
    readonly totals: Sums;
    readonly series: readonly Sums[];
  }[];
  readonly has_more: boolean;
};
type Page = { readonly data: readonly Json[]; readonly next: string | null; readonly total_estimate?: number | null };

async function read<T>(gateway: Gateway, path: string, key?: string): Promise<T> {
  const { status, text } = await gateway.get(path, key);
  assert.equal(status, 200, `${path}: ${text}`);
  return JSON.parse(text) as T;
}

function near(found: unknown, wanted: number): void {
  assert.ok(Math.abs(Number(found) - wanted) < 1e-12, `${found} is not ${wanted}`);
}

test('what was used, by whomever: totals, series, aliases; a key sees its own', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post } = administrationOf(gateway);
  await post('/team/new', { team_id: 't1', team_alias: 'Research' });
  const [one, other] = [await gateway.createKey({ team_id: 't1', key_alias: 'first' }), await gateway.createKey()];
  const call = async (key: string, more: object = {}): Promise<void> =>
    void (await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT, ...more }), key));
  for (let times = 0; times < 3; times++) await call(one, { user: '=HYPERLINK("x")' });
  await call(other);
  await call(other, { model: 'nobody-has-this' });

  const all = await read<Report>(gateway, '/reports/usage?by=team');
  near(all.totals.spend_usd, 4 * COST);
  assert.deepEqual([all.totals.requests, all.totals.errors], [5, { model_not_found: 1 }]);
  assert.equal(all.series.length, 1);
  assert.deepEqual(
    all.groups.map(({ name, alias, totals }) => [name, alias, totals.requests]),
    [['t1', 'Research', 3]],
  );
  const byKey = await read<Report>(gateway, '/reports/usage?by=key&bucket=hour&limit=1');
  assert.deepEqual([byKey.groups.length, byKey.groups[0]?.alias, byKey.has_more], [1, 'first', true]);
  const own = await read<Report>(gateway, '/reports/usage?by=model', other);
  assert.equal(own.totals.requests, 2);
  assert.equal('cost_usd' in own.totals, false);
  const none = await read<Report>(gateway, '/reports/usage?by=key&team=t1', other);
  assert.deepEqual([none.totals.requests, none.groups], [0, []]);

  const csv = await gateway.get('/reports/usage.csv?by=customer&bucket=none');
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
  assert.match(csv.text, /^customer,alias,spend_usd,/);
  assert.match(csv.text, /\r\n"'=HYPERLINK\(""x""\)",,/);
});

test('questions that cannot be answered are refused by the name of what is wrong', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const refusals: readonly [string, RegExp][] = [
    ['/reports/usage?by=moon', /by: /],
    ['/reports/usage?colour=red', /colour/],
    ['/reports/usage?from=yesterday', /'from' must be a date such as/],
    ['/reports/usage?from=2026-02-02&to=2026-01-01', /'to' must be later than 'from'/],
    ['/reports/usage?by=customer&tag=a', /by customer and by tag/],
    ['/reports/usage?timezone=2000', /timezone/],
    ['/reports/logs?cursor=nonsense', /'cursor' must be the 'next'/],
    ['/reports/logs?status=maybe', /status/],
    ['/reports/logs?min_cost=-1', /min_cost/],
  ];
  for (const [path, message] of refusals) {
    const { status, text } = await gateway.get(path);
    assert.equal(status, 400, `${path}: ${text}`);
    assert.match(text, message);
  }
});

test('the log is read from place to place, and one call whole', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const [one, other] = [await gateway.createKey(), await gateway.createKey()];
  for (let nth = 0; nth < 5; nth++) {
    const key = nth % 2 === 0 ? one : other;
    assert.equal(
      (await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT, user: `c${nth}` }), key)).status,
      200,
    );
  }
  const first = await read<Page>(gateway, '/reports/logs?limit=2');
  assert.deepEqual([first.data.length, first.total_estimate], [2, 5]);
  const ids: unknown[] = first.data.map(({ id }) => id);
  for (let { next } = first; next !== null; ) {
    const page = await read<Page>(gateway, `/reports/logs?limit=2&cursor=${next}`);
    ids.push(...page.data.map(({ id }) => id));
    next = page.next;
  }
  assert.equal(new Set(ids).size, 5);
  const found = await read<Page>(gateway, '/reports/logs?customer=c3&status=success&min_cost=0.000000001');
  assert.deepEqual(
    found.data.map(({ customer }) => customer),
    ['c3'],
  );
  assert.equal((await read<Page>(gateway, '/reports/logs', other)).data.length, 2);
  const id = String(found.data[0]?.['id']);
  const whole = await read<Json>(gateway, `/reports/logs/${id}`);
  assert.deepEqual([whole['id'], whole['path']], [id, '/v1/chat/completions']);
  assert.equal((whole['attempts'] as readonly Json[]).length, 1);
  near(whole['spend_usd'], COST);
  assert.equal(
    (await gateway.get(`/reports/logs/${id}`, one)).status,
    404,
    'of another key, and as if it were not there',
  );
  assert.match((await gateway.get('/reports/logs?format=csv')).text, /^id,started_at,/);
});
