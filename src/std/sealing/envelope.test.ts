import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSealingKey, seal, unseal } from './envelope.ts';

const FOR = ['acme', 'credential-1', 'https://api.openai.com'];

test('what is sealed comes back under its key and for its purpose, and is different each time', () => {
  const key = newSealingKey();
  const sealed = seal(key, 'sk-upstream', FOR);
  assert.equal(unseal(key, sealed, FOR)?.toString(), 'sk-upstream');
  assert.notEqual(seal(key, 'sk-upstream', FOR), sealed);
  assert.ok(!Buffer.from(sealed, 'base64url').includes('sk-upstream'));
});

test('another key, tenant, row or origin opens nothing, nor do parts that only read the same', () => {
  const key = newSealingKey();
  const sealed = seal(key, 'sk-upstream', FOR);
  assert.equal(unseal(newSealingKey(), sealed, FOR), null);
  for (const [index] of FOR.entries()) assert.equal(unseal(key, sealed, FOR.with(index, 'another')), null);
  assert.equal(unseal(key, sealed, [FOR.join('","')]), null);
  assert.equal(unseal(key, sealed, FOR.slice(0, 2)), null);
});

test('a text that was changed anywhere, cut, or never sealed opens nothing', () => {
  const key = newSealingKey();
  const bytes = Buffer.from(seal(key, 'x', FOR), 'base64url');
  for (const [at, byte] of bytes.entries()) {
    const changed = Buffer.from(bytes);
    changed[at] = byte ^ 1;
    assert.equal(unseal(key, changed.toString('base64url'), FOR), null, `byte ${at}`);
  }
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(unseal(key, bytes.subarray(0, length).toString('base64url'), FOR), null, `${length} bytes`);
  }
  assert.equal(unseal(key, 'no base64 at all!', FOR), null);
});
