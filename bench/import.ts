import { performance } from 'node:perf_hooks';
import { runCommand, temporaryFolder } from '../test/support/gateway.ts';
import { fillLitellm } from '../test/support/litellm-database.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { inScope, type Scope } from '../test/support/scope.ts';

/**
 * How long an import takes of so many keys, each with a budget and something spent, of a thousand teams and ten thousand
 * users: the first one, and one that finds nothing to do. `npm run bench:import [-- --keys 100000 --store sqlite,postgres]`
 */
const [TEAMS, USERS] = [1_000, 10_000];

const FILL = (keys: number): string => `
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, spend, models, budget_duration, budget_reset_at)
  SELECT 'team-' || i, 'Team ' || i, 1000, i, '{gpt-4o}', '30d', '2199-01-01' FROM generate_series(1, ${TEAMS}) AS i;
INSERT INTO "LiteLLM_UserTable" (user_id, user_email, user_role, max_budget, spend)
  SELECT 'user-' || i, 'user-' || i || '@example.com', 'internal_user', 50, 1.5 FROM generate_series(1, ${USERS}) AS i;
INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, user_id, team_id, spend, max_budget, models, metadata)
  SELECT encode(sha256(('sk-key-' || i)::bytea), 'hex'), 'sk-...' || right(i::text, 4), 'key ' || i, 'user-' || i % ${USERS} + 1,
    'team-' || i % ${TEAMS} + 1, 0.25, 10, '{}', '{"tags": ["batch"]}' FROM generate_series(1, ${keys}) AS i;
`;

async function measure(scope: Scope, store: string, keys: number): Promise<void> {
  const server = await startPostgres();
  scope.after(() => server.stop());
  const url = await server.createDatabase();
  const run = await fillLitellm(url);
  await run(FILL(keys));
  const data = temporaryFolder(scope);
  const env = store === 'sqlite' ? {} : { DATABASE_URL: url, WAYBILL_SECRET_KEY: 'a-secret-key-of-a-measurement' };
  const importing = ['import', 'litellm', '--database', url, '--apply', '--json'];
  await command(scope, data, ['migrate'], env);
  for (const round of ['first', 'again']) {
    const startedMs = performance.now();
    const report = JSON.parse(await command(scope, data, importing, env)) as Report;
    const seconds = (performance.now() - startedMs) / 1_000;
    const { created = 0, unchanged = 0 } = report.kinds['key'] ?? {};
    process.stdout.write(`| ${[store, round, created, unchanged, seconds.toFixed(1)].join(' | ')} |\n`);
  }
}

type Report = { readonly kinds: Readonly<Record<string, { readonly created: number; readonly unchanged: number }>> };

async function command(
  scope: Scope,
  data: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, output, errors } = await runCommand(scope, { args, data, env });
  if (code !== 0) throw new Error(`${args[0]}: ${code} ${errors}`);
  return output;
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

process.stdout.write('| into | import | keys made | as they are | seconds |\n| --- | --- | --- | --- | --- |\n');
for (const store of option('--store', 'sqlite,postgres').split(','))
  await inScope((scope) => measure(scope, store, Number(option('--keys', '100000'))));
