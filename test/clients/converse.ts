import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, startGateway } from '../support/gateway.ts';
import { spendRows } from '../support/one-upstream.ts';
import type { Scope } from '../support/scope.ts';
import { install } from './install.ts';
import type { Pair } from './pairs.ts';
import { newHome } from './programs/home.ts';
import { runProgram } from './programs/run-program.ts';
import { FIRST_PROMPT, MODEL, PRICE, SECOND_PROMPT, UPSTREAM_MODEL } from './scenario.ts';
import { startScripted } from './upstreams/start.ts';
import type { Transcript } from './verdict.ts';

/** The whole conversation of one client with one upstream, through a gateway in a process of its own. */
export async function converse(scope: Scope, { program, dialect }: Pair): Promise<Transcript> {
  const modules = join(install(program.installation), 'node_modules');
  const bin = program.bin === null ? process.execPath : join(modules, '.bin', program.bin);
  const upstream = await startScripted(scope, dialect, program.tool);
  const deployment = { use: `up/${dialect.model ?? UPSTREAM_MODEL}`, price: { ...PRICE, cache_read: PRICE.input } };
  const models = [MODEL, ...(program.alsoAsks ?? [])];
  const config = JSON.stringify({
    version: 1,
    credentials: {
      up: {
        provider: dialect.provider,
        base_url: upstream.baseUrl,
        api_key: 'sk-upstream-secret',
        ...dialect.settings,
      },
    },
    models: Object.fromEntries(models.map((name) => [name, { deployments: [deployment] }])),
    routing: { retries: 0 },
  });
  const gateway = await startGateway(scope, { config });
  const home = newHome(scope);
  if (program.bin === null) symlinkSync(modules, join(home, 'project', 'node_modules'));
  const start = { url: gateway.url, key: await gateway.createKey(), model: MODEL, home };
  const first = program.command({ ...start, prompt: FIRST_PROMPT, goOn: false });
  const second = program.command({ ...start, prompt: SECOND_PROMPT, goOn: true });
  const ran = [
    await runProgram(scope, bin, home, first),
    await runProgram(scope, bin, home, { ...second, files: {} }),
  ] as const;
  const rows = await eventually(async () => {
    const booked = await spendRows(gateway);
    if (booked.length < upstream.asked.length) throw new Error(`only ${booked.length} exchanges are booked`);
    return booked;
  });
  return { program, dialect, models, ran, asked: upstream.asked, rows };
}
