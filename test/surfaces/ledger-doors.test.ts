import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

type Status = {
  readonly journal: { readonly mode: string; readonly backlog_bytes: number };
  readonly instances: readonly { readonly own: boolean; readonly state: string; readonly pots: number }[];
  readonly last_verification: { readonly by: string; readonly found: { readonly sound: boolean } } | null;
};

test('operators see how the books stand, and have them added up; who only views sees it', async (context) => {
  const gateway = await startGateway(context);
  const viewer = await gateway.post('/user/new', { user_id: 'vic', user_role: 'proxy_admin_viewer' });
  const { key: viewing } = JSON.parse(viewer.text) as { key: string };
  const key = await gateway.createKey({ max_budget: 5 });
  await gateway.post(
    '/v1/chat/completions',
    { model: 'sandbox/echo', messages: [{ role: 'user', content: 'hi' }] },
    key,
  );
  const status = async (): Promise<Status> => {
    const { status: code, text } = await gateway.get('/ledger/status', viewing);
    assert.equal(code, 200, text);
    return JSON.parse(text) as Status;
  };
  await eventually(async () => {
    const { journal, instances, last_verification: last } = await status();
    assert.equal(journal.mode, 'local');
    assert.equal(last, null);
    assert.deepEqual(
      instances.map(({ own, state }) => [own, state]),
      [[true, 'live']],
    );
    assert.ok((instances[0]?.pots ?? 0) > 0);
  });
  assert.equal((await gateway.get('/ledger/status', key)).status, 403);
  assert.equal((await gateway.post('/ledger/verify', {}, viewing)).status, 403);
  const verified = await gateway.post('/ledger/verify', {});
  assert.equal(verified.status, 200, verified.text);
  assert.match(verified.text, /"sound":true.*"imbalance_usd":"0"/);
  const { last_verification: last } = await status();
  assert.deepEqual([last?.by, last?.found.sound], ['master', true]);
});

type Holds = {
  readonly holds: readonly {
    readonly id: string;
    readonly since: string;
    readonly model: string;
    readonly held_usd: string;
    readonly own: boolean;
  }[];
  readonly total: number;
  readonly next: string | null;
};

test('what is held for calls under way is listed, oldest first, page by page, until they have ended', async (context) => {
  const waiting: UpstreamRequest[] = [];
  const { gateway } = await gatewayAndUpstream(context, async (request) => void waiting.push(request));
  const key = await gateway.createKey({ key_alias: 'slow', max_budget: 5 });
  const list = async (query = ''): Promise<Holds> => {
    const { status, text } = await gateway.get(`/ledger/holds${query}`);
    assert.equal(status, 200, text);
    return JSON.parse(text) as Holds;
  };
  assert.deepEqual(await list(), { holds: [], total: 0, next: null });
  const calls: Promise<{ readonly headers: Headers }>[] = [];
  for (let sent = 1; sent <= 3; sent++) {
    calls.push(gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }), key));
    await eventually(async () => assert.equal((await list()).total, sent));
  }
  const first = await list('?limit=2');
  assert.equal(first.holds.length, 2);
  assert.ok(first.next);
  const second = await list(`?limit=2&after=${encodeURIComponent(first.next)}`);
  assert.deepEqual([second.holds.length, second.total, second.next], [1, 3, null]);
  const all = [...first.holds, ...second.holds];
  assert.ok(all.every(({ own, held_usd: held }) => own && Number(held) > 0));
  assert.deepEqual(
    all.map(({ since }) => since),
    all.map(({ since }) => since).toSorted(),
    'oldest first',
  );
  assert.match(JSON.stringify(all[0]), /"key_alias":"slow"/);

  for (const request of waiting) void answer(request, { body: chatAnswer('hello') });
  const ids = (await Promise.all(calls)).map(({ headers }) => headers.get('x-request-id'));
  assert.deepEqual(all.map(({ id }) => id).toSorted(), ids.toSorted());
  await eventually(async () => assert.equal((await list()).total, 0));
  assert.equal((await gateway.get('/ledger/holds', key)).status, 403);
  const wrong = await gateway.get('/ledger/holds?after=yesterday');
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /after.*the `next` of the page before/);
});
