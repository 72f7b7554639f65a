import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCustomSecret, isWellFormed, newPublicId, newSecret, publicIdIn } from './key-format.ts';

describe('the form of a virtual key', () => {
  it('tells its public id, and any single wrong letter', () => {
    for (let round = 0; round < 50; round++) {
      const id = newPublicId();
      const secret = newSecret(id);
      assert.equal(publicIdIn(secret), id);
      for (let at = 'sk-wb-'.length; at < secret.length; at++) {
        if (secret[at] === '-') continue;
        const wrong = secret.slice(0, at) + (secret[at] === 'x' ? 'y' : 'x') + secret.slice(at + 1);
        assert.equal(publicIdIn(wrong), null);
        assert.equal(isWellFormed(wrong), false);
      }
    }
  });

  it('is as LiteLLM wants it for a key that a caller brings along', () => {
    for (const good of ['sk-0123456789abc', 'sk-wb-my-very-own-key', `sk-${'x'.repeat(253)}`]) {
      assert.ok(isCustomSecret(good) && isWellFormed(good), good);
    }
    for (const bad of [
      '',
      'sk-',
      'sk-0123456789ab',
      'pk-0123456789abcdef',
      'sk-with a space in it',
      newSecret('abcdef'),
    ]) {
      assert.ok(!isCustomSecret(bad), bad);
    }
  });
});
