import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf } from './csv.ts';

test('fields that hold separators are quoted', () => {
  assert.equal(csvOf(['a', 'b'], [['x,y', 'say "hi"']]), 'a,b\r\n"x,y","say ""hi"""');
});

test('a name that looks like a formula is defused, a negative number is not', () => {
  const csv = csvOf(
    ['name', 'amount'],
    [
      ['=HYPERLINK("http://x")', -1.5],
      ['@SUM(1)', '-2.25'],
      ['+1', 3n],
    ],
  );
  assert.deepEqual(csv.split('\r\n').slice(1), [`"'=HYPERLINK(""http://x"")",-1.5`, "'@SUM(1),-2.25", "'+1,3"]);
});

test('what is not there is empty', () => {
  assert.equal(csvOf(['a', 'b', 'c'], [[null, undefined, false]]).split('\r\n')[1], ',,false');
});
