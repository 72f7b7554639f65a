import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { startGateway } from '../support/gateway.ts';
import { inScope, type Scope } from '../support/scope.ts';
import { differences, type Seen } from './differences.ts';
import { isMeant } from './intended.ts';
import { type Step, steps } from './steps.ts';

/**
 * The same calls to a LiteLLM proxy that runs on `config.yaml` beside this file, with a database, and to Waybill on the
 * same file: `LITELLM_URL=http://127.0.0.1:4000 LITELLM_MASTER_KEY=sk-... npm run peers [-- words of a step]`.
 * What differs and is not meant to ends it with 1.
 */
const CONFIG = new URL('config.yaml', import.meta.url);
const UPSTREAM_PORT = 55_433;

type Side = { readonly url: string; readonly masterKey: string; readonly kept: Map<string, string> };

async function main(scope: Scope): Promise<boolean> {
  const { LITELLM_URL: url, LITELLM_MASTER_KEY: masterKey } = process.env;
  if (url === undefined || masterKey === undefined) throw new Error('LITELLM_URL and LITELLM_MASTER_KEY are not set.');
  await playProvider(scope);
  const gateway = await startGateway(scope, {
    config: readFileSync(CONFIG, 'utf8'),
    env: { LITELLM_MASTER_KEY: masterKey, WAYBILL_MASTER_KEY: masterKey },
  });
  const theirs: Side = { url, masterKey, kept: new Map() };
  const ours: Side = { url: gateway.url, masterKey, kept: new Map() };
  let isAsMeant = true;
  for (const step of steps) {
    const [before, now] = [await send(theirs, step), await send(ours, step)];
    const found = differences(before, now).filter((line) => !isMeant(step.name, line));
    if (found.length === 0) continue;
    isAsMeant = false;
    process.stdout.write(`${step.name}\n${found.map((line) => `  ${line}\n`).join('')}`);
    if (process.argv.includes('--show')) process.stdout.write(`  there ${before.text}\n  here  ${now.text}\n`);
  }
  process.stdout.write(
    `${steps.length} steps, ${isAsMeant ? 'the same where they are meant to be' : 'with differences'}\n`,
  );
  return isAsMeant;
}

async function send(side: Side, { method, path, body, as, keep = {} }: Step): Promise<Seen> {
  const key = as === undefined ? side.masterKey : (side.kept.get(as) ?? as);
  const response = await fetch(side.url + filled(side, path), {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
    ...(body === undefined ? {} : { body: filled(side, JSON.stringify(body)) }),
  });
  const text = await response.text();
  if (response.ok) {
    const answered = JSON.parse(text) as Readonly<Record<string, unknown>>;
    for (const [name, field] of Object.entries(keep)) side.kept.set(name, String(answered[field]));
  }
  return { status: response.status, text };
}

/** A name that nothing is kept under stands for something that is not there. */
function filled({ kept }: Side, text: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return text.replace(/\{([a-z]\w*)\}/gi, (_, name: string) =>
    name === 'today' ? today : (kept.get(name) ?? `no-${name}`),
  );
}

/** Both call the same provider, which answers the same, and under `/fail` that it is overloaded. */
async function playProvider(scope: Scope): Promise<void> {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const choices = [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }];
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_764_000_000,
    model: 'gpt-4o-mini',
    choices,
    usage,
  };
  const refusal = { error: { message: 'overloaded', type: 'server_error', param: null, code: null } };
  const server = createServer((request, response) => {
    const fails = request.url?.startsWith('/fail') === true;
    response.writeHead(fails ? 503 : 200, { 'content-type': 'application/json' });
    request.resume().on('end', () => response.end(JSON.stringify(fails ? refusal : answer)));
  });
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(UPSTREAM_PORT, '127.0.0.1', resolve));
  scope.after(() => {
    server.closeAllConnections();
    server.close();
  });
}

process.exitCode = (await inScope(main)) ? 0 : 1;
