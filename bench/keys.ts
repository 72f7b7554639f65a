import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyAdministration, createKeyRing, derivePepper } from '../src/access/index.ts';
import { startGround } from '../src/ground.ts';
import { systemClock } from '../src/std/index.ts';
import type { Database } from '../src/store/index.ts';
import { startPostgres } from '../test/support/postgres.ts';

/**
 * What keys cost: how long the ring of a process takes to have them, what they take of its memory, and how long one is
 * looked for. `npm run bench:keys [-- --keys 1000000 --store postgres]`
 */
const PEPPER = derivePepper('a secret key for measurements');
const SAMPLE = 1_000;
const ROUNDS = 200_000;

const FILL = {
  sqlite: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO access_virtual_key (id, hash, hint, alias, user_id, team_id, models, metadata, max_budget_nano, rpm_limit,
      expires_at_ms, blocked, created_at_ms, created_by, revoked_at_ms, changed_seq)
    SELECT printf('%06X', i), lower(hex(randomblob(32))), 'aB3x', 'service number ' || i, 'user-' || (i / 10),
      'team-' || (i / 100), '["gpt-4o","claude-*"]', '{}', 50000000000, 60, NULL, 0, 1764000000000 + i, 'master', NULL, 0
    FROM n`,
  postgres: `INSERT INTO access_virtual_key (id, hash, hint, alias, user_id, team_id, models, metadata, max_budget_nano,
      rpm_limit, expires_at_ms, blocked, created_at_ms, created_by, revoked_at_ms, changed_seq)
    SELECT lpad(upper(to_hex(i)), 6, '0'), encode(sha256(('key ' || i)::bytea), 'hex'), 'aB3x', 'service number ' || i,
      'user-' || (i / 10), 'team-' || (i / 100), '["gpt-4o","claude-*"]', '{}', 50000000000, 60, NULL, 0,
      1764000000000 + i, 'master', NULL, 0 FROM generate_series(1, ?::bigint) AS i`,
} as const;

type Measured = {
  readonly readyMs: number;
  readonly heldMs: number;
  readonly bytesPerKey: number;
  readonly hotNs: number;
  readonly firstUs: number;
};

async function measure(database: Database, count: number): Promise<Measured> {
  const empty = await createKeyRing({ database, pepper: PEPPER, masterKey: null, clock: systemClock });
  const keys = createKeyAdministration({ database, ring: empty, clock: systemClock });
  const secrets: string[] = [];
  for (let made = 0; made < SAMPLE; made++) {
    const created = await keys.createKey({ createdBy: 'master' });
    if (created.outcome === 'created') secrets.push(created.secret);
  }
  await database.write([
    { sql: 'DELETE FROM access_virtual_key', values: [] },
    { sql: FILL[database.kind], values: [count - SAMPLE] },
  ]);
  if (database.kind === 'postgres') await database.write([{ sql: 'ANALYZE access_virtual_key', values: [] }]);
  const before = memory();
  const startedMs = performance.now();
  const ring = await createKeyRing({ database, pepper: PEPPER, masterKey: null, clock: systemClock });
  const readyMs = performance.now() - startedMs;
  while (ring.size() < count) await new Promise((resolve) => setTimeout(resolve, 5));
  const heldMs = performance.now() - startedMs;
  const bytesPerKey = (memory() - before) / count;
  const firstUs = (timed(() => secrets.every((secret) => ring.find(secret) !== null)) / secrets.length) * 1e3;
  const [known = ''] = secrets;
  const digestMs = timed(() => repeat(() => ring.hashOf(known).length));
  const findMs = timed(() => repeat(() => ring.find(known)?.hash.length ?? 0));
  process.stderr.write(`hash and HMAC ${((digestMs / ROUNDS) * 1e6).toFixed(0)} ns\n`);
  return { readyMs, heldMs, bytesPerKey, hotNs: (findMs / ROUNDS) * 1e6, firstUs };
}

function repeat(run: () => number): boolean {
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) sum += run();
  return sum > 0;
}

function timed(run: () => boolean): number {
  const startedMs = performance.now();
  if (!run()) throw new Error('a key was not found');
  return performance.now() - startedMs;
}

/** Of this process, without what could be collected. */
function memory(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function withStore<T>(store: string, run: (database: Database) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-keys-'));
  const server = store === 'postgres' ? await startPostgres() : null;
  const databaseUrl = server === null ? null : await server.createDatabase();
  const ground = await startGround({ dataFolder: folder, databaseUrl });
  try {
    return await run(ground.main);
  } finally {
    await ground.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

process.stdout.write(
  '| store | keys | ready, ms | all held, ms | bytes per key | find, ns | first find, us |\n' +
    '| --- | --- | --- | --- | --- | --- | --- |\n',
);
for (const store of option('--store', 'sqlite,postgres').split(',')) {
  for (const count of option('--keys', '10000,100000,1000000').split(',').map(Number)) {
    const each = await withStore(store, (database) => measure(database, count));
    const { readyMs, heldMs, bytesPerKey, hotNs, firstUs } = each;
    const figures = [readyMs, heldMs, bytesPerKey, hotNs, firstUs].map((figure) => figure.toFixed(0));
    process.stdout.write(`| ${[store, count, ...figures].join(' | ')} |\n`);
  }
}
