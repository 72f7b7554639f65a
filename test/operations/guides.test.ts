import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Gateway, MASTER_KEY, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { blocksOf, runBlock, shimNpm } from '../support/guide.ts';
import { fillLitellm, LITELLM_KEYS } from '../support/litellm-database.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

const missing = postgresMissing() || (existsSync('/usr/bin/curl') ? false : 'there is no curl');

const started = /npm start -- (.*)$/m;

test('from-litellm.md, command by command', { skip: missing }, async (context) => {
  const server = await startPostgres();
  context.after(() => server.stop());
  const database = await server.createDatabase();
  await fillLitellm(database);
  const upstream = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
  const folder = temporaryFolder(context);
  writeFileSync(
    join(folder, 'config.yaml'),
    `model_list:
  - model_name: gpt-4o
    litellm_params:
      { model: openai/gpt-4o, api_base: "${upstream.url}", api_key: sk-provider,
        input_cost_per_token: 0.0000025, output_cost_per_token: 0.00001 }
general_settings: { master_key: os.environ/LITELLM_MASTER_KEY }
`,
  );
  const own = { LITELLM_DATABASE_URL: database, LITELLM_MASTER_KEY: MASTER_KEY, CALLERS_KEY: LITELLM_KEYS.team };
  const outputs = await follow(context, 'from-litellm.md', folder, own);
  assert.equal(outputs.length, 6);
  assert.match(outputs[0] ?? '', /is taken as it is/);
  assert.match(outputs[2] ?? '', /Nothing was written/);
  assert.match(outputs[3] ?? '', /keys: 8 there; 5 made/);
  assert.match(outputs[5] ?? '', /"content":\s*"hello"/);
  assert.match(outputs[5] ?? '', /"key_alias":\s*"team-key"/);
});

test('from-openrouter.md, command by command', { skip: missing }, async (context) => {
  const upstream = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
  const folder = temporaryFolder(context);
  const blocks = blocksOf('from-openrouter.md');
  const configs = blocks.filter(({ language }) => language === 'yaml');
  assert.equal(configs.length, 2);
  for (const { text } of configs) {
    const env = { OPENROUTER_API_KEY: 'sk-or-v1-test', OPENAI_API_KEY: 'sk-test' };
    const { code, errors } = await runCommand(context, { args: ['check'], config: text, env });
    assert.equal(code, 0, `${text}\n${errors}`);
  }
  // OpenRouter itself is not asked.
  const credentials = `credentials:
  openrouter: { provider: openrouter, base_url: "${upstream.url}", api_key: sk-or-v1-test }
  openai: { provider: openai, base_url: "${upstream.url}", api_key: sk-test }
`;
  writeFileSync(join(folder, 'waybill.yaml'), `${configs[1]?.text}${credentials}`);
  const env = { WAYBILL_MASTER_KEY: MASTER_KEY, WAYBILL_CONFIG: join(folder, 'waybill.yaml') };
  const outputs = await follow(context, 'from-openrouter.md', folder, env, (output) => {
    const key = /"key":\s*"(sk-[^"]+)"/.exec(output)?.[1];
    return key === undefined ? {} : { APPLICATIONS_KEY: key };
  });
  assert.equal(outputs.length, 4);
  assert.match(outputs[2] ?? '', /"content":\s*"hello"/);
  assert.match(outputs[2] ?? '', /"limit":\s*5/);
  assert.match(outputs[3] ?? '', /openrouter/);
});

/** Runs the shell blocks of a page in their order; answers what each wrote. What an answer shows once goes on to the next. */
async function follow(
  context: TestContext,
  page: string,
  folder: string,
  own: Readonly<Record<string, string>>,
  learn: (output: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<readonly string[]> {
  const path = `${shimNpm(folder)}:${process.env['PATH'] ?? ''}`;
  let env: Readonly<Record<string, string>> = { PATH: path, HOME: folder, WAYBILL_DATA: join(folder, 'data'), ...own };
  const outputs: string[] = [];
  let gateway: Gateway | null = null;
  for (const { language, text } of blocksOf(page)) {
    if (language !== 'sh') continue;
    const start = started.exec(text);
    if (start !== null) {
      const args = (start[1] ?? '').replace('--port 4001', '').replace('config.yaml', join(folder, 'config.yaml'));
      gateway = await startGateway(context, { args: args.split(' ').filter(Boolean), env, data: folder });
      outputs.push(gateway.readyLine);
      continue;
    }
    const script: string = text.replaceAll('http://127.0.0.1:4001', gateway?.url ?? 'http://127.0.0.1:4001');
    const { code, output } = await runBlock(script, folder, env);
    assert.equal(code, 0, `${script}\n${output}`);
    outputs.push(output);
    env = { ...env, ...learn(output) };
  }
  return outputs;
}
