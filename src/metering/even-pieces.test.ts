import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evenPieces, LONGEST_RUN } from './even-pieces.ts';

test('prose and code are one piece', () => {
  for (const text of ['', 'Hello, wörld!', 'const a = [1, 2, 3];\n'.repeat(1_000), '你好，世界'.repeat(50)]) {
    assert.deepEqual(evenPieces(text), [text]);
  }
});

test('what goes on for ever is cut', () => {
  for (const text of ['a'.repeat(100_000), ' '.repeat(100_000), '='.repeat(100_000), '\u{1F600}'.repeat(50_000)]) {
    const pieces = evenPieces(text);
    assert.equal(pieces.join(''), text);
    assert.ok(pieces.every((piece) => piece.length <= LONGEST_RUN + 1 && piece.isWellFormed()));
  }
});

test('nothing is lost, and no run is longer than the longest', () => {
  const run = fc.tuple(fc.constantFrom('a', ' ', '-', '\u{1F600}', '文'), fc.integer({ min: 1, max: 600 }));
  fc.assert(
    fc.property(fc.array(run, { maxLength: 8 }), (runs) => {
      const text = runs.map(([letter, times]) => letter.repeat(times)).join('');
      const pieces = evenPieces(text);
      assert.equal(pieces.join(''), text);
      assert.ok(pieces.every((piece) => !/[a文]{258}| {258}|-{258}/.test(piece) && piece.isWellFormed()));
    }),
  );
});
