import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openAddressGate } from './address-gate.ts';
import { createConnections } from './connections.ts';

const rules = {
  network: { privateHosts: ['vllm.internal', '10.1.2.3', '*.svc.cluster.local', '::1', '169.254.169.254'] },
  credentials: [{ baseUrl: 'https://models.example/v1', origin: 'file' }],
};

test('addresses of this network are for the operator to allow, metadata for nobody', () => {
  const gate = openAddressGate(rules);
  const allowed = ['https://api.example/v1', 'http://vllm.internal:8000/v1', 'http://10.1.2.3', 'http://[::1]:1/'];
  for (const address of [...allowed, 'http://a.b.svc.cluster.local'])
    assert.equal(gate.refusal(address), null, address);
  const refused = ['http://10.1.2.4', 'http://localhost', 'http://svc.cluster.local', 'http://evil-vllm.internal'];
  for (const address of [...refused, 'http://127.0.0.1:1', 'http://0x7f.1', 'http://[::ffff:10.0.0.1]'])
    assert.match(gate.refusal(address) ?? '', /need network\.private_hosts/, address);
  for (const address of ['http://169.254.169.254/latest', 'http://metadata.google.internal', 'file:///etc/passwd', 'x'])
    assert.notEqual(gate.refusal(address), null, address);
});

test('an origin is guarded from when it was given, unless it is the operator’s', () => {
  const gate = openAddressGate(rules);
  assert.equal(gate.isGuarded('https://api.example'), false);
  for (const address of ['https://api.example/v1', 'https://models.example/v1', 'http://vllm.internal:8000'])
    gate.refusal(address);
  assert.deepEqual(['https://api.example', 'https://models.example', 'http://vllm.internal:8000'].map(gate.isGuarded), [
    true,
    false,
    false,
  ]);
  gate.configure({ network: { privateHosts: [] }, credentials: [] });
  assert.equal(gate.isGuarded('https://models.example'), true);
});

test('a guarded name that leads to this machine is not connected to', async (context) => {
  const server = createServer().listen(0, '127.0.0.1');
  context.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const settings = { ca: [], httpProxy: null, httpsProxy: null, noProxy: null };
  const connect = (isGuarded: boolean): Promise<string> =>
    new Promise((resolve) => {
      createConnections(settings, (asked) => asked === origin && isGuarded)
        .routeTo(origin)
        .connect((error, socket) => {
          socket?.destroy();
          resolve(error === null ? 'connected' : String((error as NodeJS.ErrnoException).code));
        });
    });
  assert.equal(await connect(true), 'EADDRESSREFUSED');
  assert.equal(await connect(false), 'connected');
});
