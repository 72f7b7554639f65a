import { performance } from 'node:perf_hooks';
import { startGround } from '../src/ground.ts';
import { type Gateway, runCommand, startGateway, temporaryFolder } from '../test/support/gateway.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { inScope, type Scope } from '../test/support/scope.ts';

/**
 * How long administration takes where there are so many keys, of a hundred teams and a thousand users: over HTTP, one
 * call after the other. `npm run bench:administration [-- --keys 100000 --store sqlite,postgres]`
 */
const [TEAMS, USERS, ROUNDS] = [100, 1_000, 300];

const FILL = {
  sqlite: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO access_virtual_key (id, hash, hint, alias, user_id, team_id, models, metadata, max_budget_nano, rpm_limit,
      expires_at_ms, blocked, created_at_ms, created_by, revoked_at_ms, changed_seq)
    SELECT printf('%06X', i), lower(hex(randomblob(32))), 'aB3x', 'service number ' || i, 'user-' || (i % ${USERS}),
      'team-' || (i % ${TEAMS}), '["gpt-4o","claude-*"]', '{}', 50000000000, 60, NULL, 0, 1764000000000 + i, 'master', NULL, 0
    FROM n`,
  postgres: `INSERT INTO access_virtual_key (id, hash, hint, alias, user_id, team_id, models, metadata, max_budget_nano,
      rpm_limit, expires_at_ms, blocked, created_at_ms, created_by, revoked_at_ms, changed_seq)
    SELECT lpad(upper(to_hex(i)), 6, '0'), encode(sha256(('key ' || i)::bytea), 'hex'), 'aB3x', 'service number ' || i,
      'user-' || (i % ${USERS}), 'team-' || (i % ${TEAMS}), '["gpt-4o","claude-*"]', '{}', 50000000000, 60, NULL, 0,
      1764000000000 + i, 'master', NULL, 0 FROM generate_series(1, ?::bigint) AS i`,
} as const;

type Ask = (gateway: Gateway, nth: number) => Promise<{ readonly status: number; readonly text: string }>;

/** A name and what is asked; each time of somebody else. */
const CALLS = (keys: readonly string[]): Readonly<Record<string, Ask>> => {
  const key = (nth: number): string => keys[nth % keys.length] ?? '';
  return {
    'POST /key/generate': (gateway, nth) => gateway.post('/key/generate', { team_id: `team-${nth % TEAMS}` }),
    'GET /key/info': (gateway, nth) => gateway.get(`/key/info?key=${key(nth)}`),
    'POST /key/update': (gateway, nth) => gateway.post('/key/update', { key: key(nth), rpm_limit: nth + 1 }),
    'POST /key/block': (gateway, nth) => gateway.post('/key/block', { key: key(nth) }),
    'POST /key/regenerate': (gateway, nth) => gateway.post('/key/regenerate', { key: key(nth), grace_period: '1h' }),
    'GET /key/list, page 1 of 100, whole': (gateway) => gateway.get('/key/list?size=100&return_full_object=true'),
    'GET /key/list of a team': (gateway, nth) => gateway.get(`/key/list?size=100&team_id=team-${nth % TEAMS}`),
    'GET /key/list by part of the alias': (gateway, nth) =>
      gateway.get(`/key/list?key_alias=number ${nth}&substring_matching=true`),
    'GET /key/list by spend': (gateway) => gateway.get('/key/list?size=100&sort_by=spend'),
    'GET /team/info': (gateway, nth) => gateway.get(`/team/info?team_id=team-${nth % TEAMS}`),
    'GET /team/list, 100 teams': (gateway) => gateway.get('/team/list'),
    'POST /team/update': (gateway, nth) =>
      gateway.post('/team/update', { team_id: `team-${nth % TEAMS}`, rpm_limit: nth + 1 }),
    'GET /user/list, page 1 of 25': (gateway) => gateway.get('/user/list'),
    'POST /key/delete': (gateway, nth) => gateway.post('/key/delete', { keys: [key(nth)] }),
  };
};

async function measure(scope: Scope, store: string, count: number): Promise<void> {
  const data = temporaryFolder(scope);
  const env: Record<string, string> = { WAYBILL_SECRET_KEY: 'a-secret-key-of-a-measurement' };
  if (store === 'postgres') {
    const server = await startPostgres();
    scope.after(() => server.stop());
    env['DATABASE_URL'] = await server.createDatabase();
  }
  await runCommand(scope, { args: ['migrate'], data, env });
  const ground = await startGround({ dataFolder: data, databaseUrl: env['DATABASE_URL'] ?? null });
  await ground.main.write([{ sql: FILL[ground.main.kind], values: [count] }]);
  if (ground.main.kind === 'postgres') await ground.main.write([{ sql: 'ANALYZE', values: [] }]);
  await ground.stop();
  const gateway = await startGateway(scope, { data, env });
  for (let nth = 0; nth < TEAMS; nth++) await done(gateway.post('/team/new', { team_id: `team-${nth}` }));
  for (let nth = 0; nth < USERS; nth++)
    await done(gateway.post('/user/new', { user_id: `user-${nth}`, auto_create_key: false }));
  const keys: string[] = [];
  for (let nth = 0; nth < ROUNDS; nth++) keys.push(await gateway.createKey({ team_id: `team-${nth % TEAMS}` }));
  for (const [name, ask] of Object.entries(CALLS(keys))) {
    const times: number[] = [];
    for (let nth = 0; nth < ROUNDS; nth++) {
      const startedMs = performance.now();
      const { status, text } = await ask(gateway, nth);
      times.push(performance.now() - startedMs);
      if (status !== 200) throw new Error(`${name}: ${status} ${text}`);
      // Another secret is another key to ask for.
      if (name.endsWith('regenerate')) keys[nth] = (JSON.parse(text) as { readonly key: string }).key;
    }
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
    process.stdout.write(`| ${[store, name, at(0.5), at(0.99)].join(' | ')} |\n`);
  }
}

async function done(answering: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const { status, text } = await answering;
  if (status !== 200) throw new Error(`${status} ${text}`);
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

process.stdout.write('| store | call | p50, ms | p99, ms |\n| --- | --- | --- | --- |\n');
for (const store of option('--store', 'sqlite,postgres').split(','))
  await inScope((scope) => measure(scope, store, Number(option('--keys', '100000'))));
