import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLinearPattern } from './linear-pattern.ts';

function matches(source: string, text: string): boolean {
  const parsed = parseLinearPattern(source);
  assert.ok(parsed.ok, source);
  return parsed.pattern.matches(text);
}

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-c0-9]', '\\d', '\\w', '\\.', '(?:ab|c)', '(a|)', '\\b');
const times = fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{1,}', '*?');
const piece = fc.tuple(atom, times).map(([each, often]) => (each === '\\b' ? each : each + often));
const source = fc
  .tuple(
    fc.constantFrom('', '^', '(?i)'),
    fc.array(piece, { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '$', '|c'),
  )
  .map(([before, pieces, after]) => before + pieces.join('') + after);
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '.', '1', ' '), maxLength: 12 });

test('what the engine of the language matches is matched, and nothing else', () => {
  fc.assert(
    fc.property(source, text, (pattern, given) => {
      const ignoresCase = pattern.startsWith('(?i)');
      const own = new RegExp(ignoresCase ? pattern.slice(4) : pattern, ignoresCase ? 'i' : '').test(given);
      assert.equal(matches(pattern, given), own, `${pattern} in '${given}'`);
    }),
    { numRuns: 2_000 },
  );
});

test('a pattern that would be tried without end takes no time', () => {
  const startedMs = performance.now();
  assert.equal(matches('^(a+)+$', `${'a'.repeat(50_000)}!`), false);
  assert.equal(matches('(a|a)*(a|a)*(a|a)*b', 'a'.repeat(20_000)), false);
  assert.ok(performance.now() - startedMs < 2_000);
});

test('what cannot be matched so is refused, and says why', () => {
  const refused = [
    ['(a)\\1', /'\\1' cannot be matched/],
    ['(?=a)', /'\(\?=' cannot/],
    ['(?<!a)b', /'\(\?<' cannot/],
    ['a)', /closes nothing/],
    ['(a', /not closed/],
    ['[a', /not closed/],
    ['*a', /nothing to repeat/],
    ['^*', /nothing to repeat/],
    ['a\\', /ends with a backslash/],
    ['[c-a]', /no range/],
    ['a{3,2}', /repeats in no way/],
    ['a{9999}', /repeats in no way/],
    ['((a{200}){200}){200}', /too long/],
  ] as const;
  for (const [pattern, reason] of refused) {
    const parsed = parseLinearPattern(pattern);
    assert.match(parsed.ok ? 'accepted' : parsed.reason, reason, pattern);
  }
});
