import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardAddress, refusedIp } from './address-guard.ts';
import { guardedLookup } from './guarded-lookup.ts';

/** Spellings that lead to this machine, this network or its metadata, and things that are no web address at all. */
const neverGuarded = [
  'http://127.0.0.1',
  'http://127.0.0.1:8080/v1',
  'http://127.1',
  'http://127.0.1',
  'http://2130706433',
  'http://0x7f000001',
  'http://0x7f.0.0.1',
  'http://0177.0.0.1',
  'http://017700000001',
  'http://127.255.255.254',
  'http://0.0.0.0',
  'http://0',
  'http://①②⑦.⓪.⓪.①',
  'http://127。0。0。1',
  'http://127.0.0.1.',
  'http://10.0.0.1',
  'http://10.255.255.255',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.1.1',
  'http://192.0.0.192',
  'http://192.0.2.1',
  'http://192.88.99.1',
  'http://198.18.0.1',
  'http://198.19.255.255',
  'http://198.51.100.1',
  'http://203.0.113.1',
  'http://100.64.0.1',
  'http://100.127.255.255',
  'http://224.0.0.1',
  'http://239.255.255.255',
  'http://240.0.0.1',
  'http://255.255.255.255',
  'http://[::1]',
  'http://[0:0:0:0:0:0:0:1]',
  'http://[::]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:7f00:1]',
  'http://[::ffff:10.0.0.1]',
  'http://[0:0:0:0:0:ffff:192.168.0.1]',
  'http://[::127.0.0.1]',
  'http://[64:ff9b::7f00:1]',
  'http://[64:ff9b::10.0.0.1]',
  'http://[64:ff9b:1::1]',
  'http://[2002:7f00:1::]',
  'http://[2002:c0a8:101::1]',
  'http://[2001::1]',
  'http://[2001:db8::1]',
  'http://[fc00::1]',
  'http://[fd12:3456:789a::1]',
  'http://[fec0::1]',
  'http://[ff02::1]',
  'http://[100::1]',
  'http://localhost',
  'http://LOCALHOST:80',
  'http://localhost.',
  'http://foo.localhost',
  'http://printer.local',
  'http://db.internal',
  'http://router.home.arpa',
  'http://intranet',
  'http://redis:6379',
];

/** Refused even where the operator wrote them. */
const neverAtAll = [
  'http://169.254.169.254',
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.170.2',
  'http://169.254.0.1',
  'http://2852039166',
  'http://0xa9fea9fe',
  'http://0251.0376.0251.0376',
  'http://169.254.43518',
  'http://[::ffff:169.254.169.254]',
  'http://[::ffff:a9fe:a9fe]',
  'http://[64:ff9b::a9fe:a9fe]',
  'http://[2002:a9fe:a9fe::]',
  'http://[::169.254.169.254]',
  'http://[fd00:ec2::254]',
  'http://[fe80::1]',
  'http://100.100.100.200',
  'http://metadata.google.internal',
  'http://METADATA.google.internal./computeMetadata/v1/',
  'http://metadata',
  'ftp://example.com',
  'file:///etc/passwd',
  'gopher://example.com',
  'javascript:alert(1)',
  'data:text/plain,x',
  'https://user:password@example.com',
  'https://user@example.com',
  'https://example.com@127.0.0.1',
  'example.com',
  '//example.com',
  '',
  'http://',
  'http://[::1',
  'http://exa mple.com',
  'http://1.2.3.4.5.6',
  'http://256.1.1.1',
];

const publicAddresses = [
  'https://api.openai.com/v1',
  'https://api.openai.com:443/v1/',
  'http://example.com',
  'https://1.1.1.1',
  'https://8.8.8.8:8443/x',
  'https://172.15.0.1',
  'https://172.32.0.1',
  'https://100.63.255.255',
  'https://100.128.0.1',
  'https://198.17.255.255',
  'https://[2606:4700::1111]',
  'https://[::ffff:8.8.8.8]',
  'https://xn--bcher-kva.example',
];

const privateAddresses = [
  'http://127.0.0.1:11434',
  'http://localhost:8000/v1',
  'http://10.0.0.5',
  'http://vllm:8000',
  'http://gpu.local',
  'http://[::1]:8080',
  'http://[fd12::1]',
];

test('guarded: nothing but the public internet', () => {
  for (const address of [...neverGuarded, ...neverAtAll])
    assert.equal(guardAddress(address, 'guarded').allowed, false, address);
  for (const address of publicAddresses) assert.equal(guardAddress(address, 'guarded').allowed, true, address);
});

test('operator: private hosts, never metadata', () => {
  for (const address of neverAtAll) assert.equal(guardAddress(address, 'operator').allowed, false, address);
  for (const address of [...publicAddresses, ...privateAddresses])
    assert.equal(guardAddress(address, 'operator').allowed, true, address);
});

/** Where clouds tell a machine its credentials: link-local, or an agent on this machine. */
const metadataAddresses = [
  'http://169.254.169.254/latest/api/token',
  'http://169.254.170.2/v2/credentials/x',
  'http://169.254.170.23/v1/credentials',
  'http://[fd00:ec2::254]/latest',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://127.0.0.1:41741/msi/token/',
  'http://localhost:42356/msi/token',
  'http://[::1]:8080',
];

test('metadata: metadata services and this machine, nothing else', () => {
  for (const address of metadataAddresses) assert.equal(guardAddress(address, 'metadata').allowed, true, address);
  for (const address of [...publicAddresses, 'http://10.0.0.5', 'http://vllm:8000', 'http://user@169.254.169.254'])
    assert.equal(guardAddress(address, 'metadata').allowed, false, address);
});

test('every refusal has a reason, and the URL is what the parser read', () => {
  for (const address of [...neverGuarded, ...neverAtAll]) {
    const verdict = guardAddress(address, 'guarded');
    assert.ok(!verdict.allowed && verdict.reason.length > 5, address);
  }
  const verdict = guardAddress('HTTPS://API.Example.com:443/a/../b', 'guarded');
  assert.ok(verdict.allowed && verdict.url.href === 'https://api.example.com/b');
});

test('resolved addresses with a zone, or that are none', () => {
  assert.notEqual(refusedIp('fe80::1%eth0', 'operator'), null);
  assert.notEqual(refusedIp('not an address', 'operator'), null);
  assert.equal(refusedIp('2606:4700::1111', 'guarded'), null);
});

test('the lookup refuses a public name that resolves to this machine', async () => {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | null>();
  guardedLookup('guarded')('localhost', { all: true }, (error) => resolve(error));
  assert.equal((await promise)?.code, 'EADDRESSREFUSED');
});

test('the lookup answers in both of the forms that sockets ask for', async () => {
  const all = Promise.withResolvers<unknown>();
  guardedLookup('operator')('localhost', { all: true }, (_error, addresses) => all.resolve(addresses));
  assert.ok(Array.isArray(await all.promise));
  const one = Promise.withResolvers<unknown>();
  guardedLookup('operator')('localhost', { family: 4 }, (_error, address, family) => one.resolve([address, family]));
  assert.deepEqual(await one.promise, ['127.0.0.1', 4]);
});
