import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Gateway, MASTER_KEY, startGateway, temporaryFolder } from '../support/gateway.ts';
import { blocksOf, runBlock, shimNpm } from '../support/guide.ts';

const missing = existsSync('/usr/bin/curl') ? false : 'there is no curl';

/** A command of a console, and what the page says that it answers; empty: it shows none. */
type Shown = { readonly command: string; readonly answer: string };

function shownIn(page: string): readonly Shown[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) =>
      text
        .split(/^\$ /m)
        .slice(1)
        .map((part) => {
          const [, command = '', answer = ''] = /^((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(part) ?? [];
          return { command, answer: answer.trim() };
        }),
    );
}

type Session = { readonly gateway: Gateway; readonly folder: string; readonly env: Readonly<Record<string, string>> };

/** The program as a reader has it, in a folder with the file `waybill.yaml`. */
async function session(context: TestContext, config: string, own: Readonly<Record<string, string>>): Promise<Session> {
  const folder = temporaryFolder(context);
  const file = join(folder, 'waybill.yaml');
  writeFileSync(file, config);
  const env = { PATH: `${shimNpm(folder)}:${process.env['PATH'] ?? ''}`, HOME: folder, ...own };
  const gateway = await startGateway(context, { args: ['--config', file], env: own });
  const asked = { WAYBILL_PORT: String(gateway.port), WAYBILL_MASTER_KEY: MASTER_KEY, WAYBILL_CONFIG: file };
  return { gateway, folder, env: { ...env, ...asked, WAYBILL_DATA: gateway.data } };
}

async function run({ gateway, folder, env }: Session, command: string, more = {}): Promise<string> {
  const script = command.replaceAll('localhost:4000', gateway.url.replace('http://', ''));
  const { code, output } = await runBlock(script, folder, { ...env, ...more });
  assert.equal(code, 0, `${script}\n${output}`);
  return output.replaceAll(`${folder}/`, '').trim();
}

/** Without what differs each time. */
function steady(text: string): string {
  return text.replace(/overlay_\w+/g, 'OVERLAY').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}

test('as-code.md: its file, and what its console says', { skip: missing }, async (context) => {
  const secret = join(temporaryFolder(context), 'payments-ci');
  writeFileSync(secret, 'sk-ci-of-payments-0123456789');
  const [file] = blocksOf('as-code.md').filter(({ language }) => language === 'yaml');
  const config = (file?.text ?? '').replace('/run/secrets/payments-ci', secret);
  const opened = await session(context, config, {});
  mkdirSync(join(opened.folder, 'teams'));
  const shown = shownIn('as-code.md');
  assert.ok(shown.length >= 2);
  const own = { CI_KEY: 'sk-ci-of-payments-0123456789' };
  for (const { command, answer } of shown) {
    if (command.includes('check')) writeFileSync(join(opened.folder, 'waybill.yaml'), changed(config));
    assert.equal(await run(opened, command, own), answer, command);
  }
});

/** As the page says before it asks what would change. */
function changed(config: string): string {
  return config
    .replace('rpm: 60 ', 'rpm: 90 ')
    .replace('members: { ada: admin, bob: user }', 'members: { ada: admin }')
    .replace('\nkeys:', '\nkeys:\n  payments-batch: { team: payments }');
}

test('overlays.md: what its console does, and says', { skip: missing }, async (context) => {
  const config = `credentials:
  azure-east: { provider: sandbox }
  openai: { provider: openai, api_key: sk-nobodys }
models:
  gpt-4o: { deployments: [{ use: azure-east/echo, id: c970be23d496f044, price: { input: 1, output: 1 } }] }
teams:
  payments: { budgets: [{ usd: 100, per: month }] }
`;
  const opened = await session(context, config, {});
  const shown = shownIn('overlays.md');
  assert.ok(shown.length >= 8);
  let laid = '';
  for (const { command, answer } of shown) {
    const output = await run(opened, command.replace(/overlay_\w+/, laid));
    laid = /overlay_\w+/.exec(output)?.[0] ?? laid;
    if (answer !== '') assert.equal(steady(output), steady(answer), command);
  }
  const { overlays } = JSON.parse((await opened.gateway.get('/overlay/list')).text) as { overlays: unknown[] };
  assert.equal(overlays.length, 5);
});
