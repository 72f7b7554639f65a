import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { openPackedKeys } from './packed-keys.ts';

const NAMES = 400;

function hashOf(name: number): string {
  return createHash('sha256').update(String(name)).digest('hex');
}

/** The same shard, and often the same slot, for all. */
function closeHashOf(name: number): string {
  return `00${(name % 7).toString(16).padStart(8, '0')}${hashOf(name).slice(10)}`;
}

test('is a map of texts by hash, whatever is put, replaced and taken away', () => {
  const step = fc.tuple(fc.nat(NAMES - 1), fc.option(fc.string({ unit: 'grapheme', maxLength: 40 })));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 1_500, size: 'max' }), fc.boolean(), (steps, areClose) => {
      const [keys, model] = [openPackedKeys(), new Map<string, string>()];
      for (const [name, text] of steps) {
        const hash = areClose ? closeHashOf(name) : hashOf(name);
        if (text === null) {
          keys.delete(hash);
          model.delete(hash);
        } else {
          keys.set(hash, text);
          model.set(hash, text);
        }
      }
      assert.equal(keys.size(), model.size);
      for (let name = 0; name < NAMES; name++) {
        const hash = areClose ? closeHashOf(name) : hashOf(name);
        assert.equal(keys.get(hash), model.get(hash) ?? null);
      }
    }),
    { numRuns: 100 },
  );
});

test('takes lines, but for those that it is told to leave out, and refuses what is no hash', () => {
  const keys = openPackedKeys();
  const [one, two, three] = [hashOf(1), hashOf(2), hashOf(3)];
  keys.setLines(`${one}["a"]\n${two}["\u{1F916}"]\n${three}["c"]`, new Set([three]));
  assert.deepEqual([keys.get(one), keys.get(two), keys.get(three)], ['["a"]', '["\u{1F916}"]', null]);
  for (const none of ['', 'zz', `${one}00`, one.slice(2), one.replace('a', 'z')]) assert.equal(keys.get(none), null);
});

test('what is changed again and again takes no more room than once', () => {
  const keys = openPackedKeys();
  for (let name = 0; name < NAMES; name++) keys.set(hashOf(name), 'x'.repeat(500));
  const before = keys.bytes();
  for (let round = 0; round < 20; round++) {
    for (let name = 0; name < NAMES; name++) keys.set(hashOf(name), String(round % 10).repeat(500));
  }
  assert.ok(keys.bytes() < before * 3, `${before} bytes became ${keys.bytes()}`);
});
