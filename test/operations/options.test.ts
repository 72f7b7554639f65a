import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findFreePort } from '../../src/network/index.ts';
import { type GatewayOptions, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';

const FILE = 'server: { port: 4101, host: "127.0.0.3", workers: 3, data: /from/file }\n';

type Server = { readonly port: number; readonly host: string; readonly workers: number; readonly dataDir: string };

for (const [what, options, expected] of [
  ['the defaults', { env: { WAYBILL_DATA: '' } }, { port: 4000, host: '127.0.0.1', workers: 1 }],
  [
    'the file',
    { config: FILE, env: { WAYBILL_DATA: '' } },
    { port: 4101, host: '127.0.0.3', workers: 3, dataDir: '/from/file' },
  ],
  ['PORT before the file', { config: FILE, env: { PORT: '4102' } }, { port: 4102 }],
  [
    'WAYBILL_* before PORT and the file',
    {
      config: FILE,
      env: {
        PORT: '4102',
        WAYBILL_PORT: '4103',
        WAYBILL_HOST: '127.0.0.4',
        WAYBILL_WORKERS: '4',
        WAYBILL_DATA: '/from/environment',
      },
    },
    { port: 4103, host: '127.0.0.4', workers: 4, dataDir: '/from/environment' },
  ],
  [
    'flags before everything',
    {
      config: FILE,
      args: ['--port', '4104', '--host', '127.0.0.5', '--data', '/from/flag'],
      env: { PORT: '4102', WAYBILL_PORT: '4103', WAYBILL_HOST: '127.0.0.4', WAYBILL_DATA: '/from/environment' },
    },
    { port: 4104, host: '127.0.0.5', dataDir: '/from/flag' },
  ],
] satisfies [string, GatewayOptions, Partial<Server>][]) {
  test(`the order: ${what}`, async (context) => {
    const { args = [], ...more } = options as GatewayOptions;
    const { code, output, errors } = await runCommand(context, { ...more, args: ['check', '--json', ...args] });
    assert.equal(code, 0, errors + output);
    const { server } = (JSON.parse(output) as { configuration: { server: Server } }).configuration;
    assert.partialDeepStrictEqual(server, expected);
  });
}

test('--config before WAYBILL_CONFIG', async (context) => {
  const file = join(temporaryFolder(context), 'other.json');
  writeFileSync(file, JSON.stringify({ server: { port: 4105 } }));
  const { output } = await runCommand(context, { args: ['check', '--json', '--config', file], config: FILE });
  assert.match(output, /"port": 4105/);
});

test('the data folder is the XDG one, never the current folder', async (context) => {
  const home = temporaryFolder(context);
  const inHome = await startGateway(context, { env: { WAYBILL_DATA: '', HOME: home } });
  assert.ok(inHome.readyLine.includes(join(home, '.local/share/waybill')), inHome.readyLine);
  const xdg = temporaryFolder(context);
  const inXdg = await startGateway(context, { env: { WAYBILL_DATA: '', XDG_DATA_HOME: xdg } });
  assert.ok(inXdg.readyLine.includes(join(xdg, 'waybill')), inXdg.readyLine);
});

test('listens on what it was told, and only there; serve is the default command', async (context) => {
  const port = await findFreePort('127.0.0.2');
  const data = join(temporaryFolder(context), 'new', 'deep');
  const gateway = await startGateway(context, {
    args: ['--port', String(port), '--host', '127.0.0.2', '--data', data],
  });
  assert.ok(gateway.readyLine.includes(`http://127.0.0.2:${port} `), gateway.readyLine);
  assert.ok(gateway.readyLine.includes(data));
  assert.equal((await gateway.get('/health/liveliness', '')).status, 200);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health/liveliness`));
});

test('IPv6 addresses stand in brackets', async (context) => {
  const gateway = await startGateway(context, { args: ['--host', '::1'] });
  assert.match(gateway.url, /^http:\/\/\[::1\]:\d+$/);
  assert.equal((await gateway.get('/health/liveliness', '')).status, 200);
});

test('a folder that begins with a name of its own is taken as it is', async (context) => {
  const data = join(temporaryFolder(context), 'with space & ünïcode');
  mkdirSync(data);
  const gateway = await startGateway(context, { data });
  assert.ok(gateway.readyLine.includes(data));
});
