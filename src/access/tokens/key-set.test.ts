import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskRequest } from '../../network/index.ts';
import { KeysUnavailable, openKeySet } from './key-set.ts';

const ISSUER = 'https://id.example.com';
const URL = `${ISSUER}/certs`;
const CONFIGURATION = `${ISSUER}/.well-known/openid-configuration`;
const MINUTE_MS = 60_000;

/** A provider as it answers by address, and a clock that goes when it is told. */
function provider(answers: Record<string, unknown>) {
  const clock = { ms: 1_000_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms };
  const asked: string[] = [];
  const ask = async ({ url }: AskRequest) => {
    asked.push(url);
    const found = answers[url];
    if (found === undefined) throw new Error('connection refused');
    return typeof found === 'number' ? { status: found, text: '' } : { status: 200, text: JSON.stringify(found) };
  };
  const keySet = (url: string | null = URL) => openKeySet({ url, issuer: ISSUER, keptMs: 10 * MINUTE_MS, ask, clock });
  return { clock, asked, keySet };
}

const KEYS = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'a' }] };
const OTHERS = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'BBBB', kid: 'b' }] };

test('keys are asked for once, however many want them, and again when they are old, while they go on being used', async () => {
  const { clock, asked, keySet } = provider({ [URL]: KEYS });
  const set = keySet();
  const [first, second] = await Promise.all([set.keys(), set.keys()]);
  assert.equal(first.getKey, second.getKey);
  assert.equal(asked.length, 1);
  clock.ms += 11 * MINUTE_MS;
  assert.equal((await set.keys()).version, first.version);
  assert.equal(asked.length, 2);
});

test('a provider that is down is not asked all the time, and its keys are good for a day', async () => {
  const answers: Record<string, unknown> = { [URL]: KEYS };
  const { clock, asked, keySet } = provider(answers);
  const set = keySet();
  await set.keys();
  answers[URL] = 503;
  for (let minute = 0; minute < 23 * 60; minute++) {
    clock.ms += MINUTE_MS;
    await set.keys();
  }
  assert.notEqual(set.version(), -1);
  const before = asked.length;
  for (let call = 0; call < 50; call++) await set.keys();
  assert.ok(asked.length - before <= 1, 'once in five seconds at most');
  clock.ms += 61 * MINUTE_MS;
  await assert.rejects(set.keys(), KeysUnavailable);
  assert.equal(set.version(), -1, 'what was verified before is not known any more');
  answers[URL] = KEYS;
  clock.ms += 5_000;
  await set.keys();
});

test('an unknown key makes it ask again, with a pause, and other keys make another version', async () => {
  const answers: Record<string, unknown> = { [URL]: KEYS };
  const { clock, asked, keySet } = provider(answers);
  const set = keySet();
  const { version } = await set.keys();
  answers[URL] = OTHERS;
  assert.equal(await set.renew(), false, 'it was asked a moment ago');
  clock.ms += 5_000;
  assert.deepEqual(await Promise.all([set.renew(), set.renew()]), [true, true]);
  assert.equal(asked.length, 2);
  assert.equal((await set.keys()).version, version + 1);
  clock.ms += 5_000;
  assert.equal(await set.renew(), false, 'they are as they were');
});

test('the address of the keys is found by the issuer’s own configuration, and by no other’s', async () => {
  const answers: Record<string, unknown> = { [CONFIGURATION]: { issuer: ISSUER, jwks_uri: URL }, [URL]: KEYS };
  const { asked, keySet } = provider(answers);
  await keySet(null).keys();
  assert.deepEqual(asked, [CONFIGURATION, URL]);
  await keySet(CONFIGURATION).keys();
  for (const wrong of [
    { issuer: 'https://evil.example.com', jwks_uri: URL },
    { issuer: ISSUER, jwks_uri: 'http://id.example.com/certs' },
    { issuer: ISSUER },
    { keys: 'none' },
    [],
  ]) {
    answers[CONFIGURATION] = wrong;
    await assert.rejects(keySet(null).keys(), KeysUnavailable);
  }
});
