import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProxyRules } from './proxy-rules.ts';

const settings = { httpProxy: 'http://plain:3128', httpsProxy: 'http://user:pass@secure:3128' };

function proxied(origin: string, noProxy: string | null): string | null {
  return openProxyRules({ ...settings, noProxy })(new URL(origin))?.hostname ?? null;
}

test('each scheme has its own proxy', () => {
  assert.equal(proxied('https://api.openai.com', null), 'secure');
  assert.equal(proxied('http://api.openai.com', null), 'plain');
  const only = openProxyRules({ httpProxy: 'http://plain:3128', httpsProxy: null, noProxy: null });
  assert.equal(only(new URL('https://api.openai.com')), null);
});

test('loopback is never proxied', () => {
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]', 'a.localhost', 'LOCALHOST', 'localhost.'])
    assert.equal(proxied(`http://${host}:8000`, null), null, host);
});

test('NO_PROXY: who is left out', () => {
  const rules =
    'internal.example, .corp.example *.wild.example,10.0.0.0/8 [fd00::1]:8443 fd00::2 192.168.1.5,port.example:8443,UPPER.example,bad/64';
  const direct = [
    'https://internal.example',
    'https://a.internal.example',
    'https://x.corp.example',
    'https://corp.example',
    'https://y.wild.example',
    'https://10.9.8.7',
    'https://[fd00::1]:8443',
    'https://[fd00::2]',
    'https://192.168.1.5:1234',
    'https://port.example:8443',
    'https://upper.example',
    'https://internal.example.',
  ];
  for (const origin of direct) assert.equal(proxied(origin, rules), null, origin);
  const through = [
    'https://notinternal.example',
    'https://example',
    'https://11.0.0.1',
    'https://[fd00::1]',
    'https://port.example',
    'https://192.168.1.50',
    'https://api.openai.com',
  ];
  for (const origin of through) assert.equal(proxied(origin, rules), 'secure', origin);
  assert.equal(proxied('https://anything.example', '*'), null);
  assert.equal(proxied('https://anything.example:443', 'anything.example:443'), null);
  assert.equal(proxied('https://anything.example', ''), 'secure');
});

test('a proxy that cannot be used is said to be so', () => {
  const open = (httpsProxy: string): unknown => openProxyRules({ httpProxy: null, httpsProxy, noProxy: null });
  assert.throws(() => open('socks5://host:1080'), /only http and https proxies/);
  assert.throws(() => open('http://'), /HTTPS_PROXY is not a URL/);
  assert.equal(
    openProxyRules({ httpProxy: null, httpsProxy: 'proxy:3128', noProxy: null })(new URL('https://x.example'))?.host,
    'proxy:3128',
  );
  assert.equal(openProxyRules({ httpProxy: null, httpsProxy: ' ', noProxy: null })(new URL('https://x.example')), null);
});
