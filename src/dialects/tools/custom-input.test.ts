import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CustomInput, customInput } from './custom-input.ts';

function inPieces(json: string, cuts: readonly number[]): string {
  const input = new CustomInput();
  const at = [...new Set([0, ...cuts.map((cut) => cut % (json.length + 1)), json.length])].sort((a, b) => a - b);
  const pieces = at.slice(1).map((end, index) => json.slice(at[index], end));
  return pieces.map((piece) => input.push(piece)).join('') + input.end();
}

describe('the input of a custom tool', () => {
  it('comes out as it was, however the JSON around it is cut and spelled', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat()), fc.boolean(), (text, cuts, isEscaped) => {
        const json = JSON.stringify({ input: text });
        const spelled = isEscaped ? json.replace(/[^\x20-\x7e]/g, escaped) : json;
        assert.equal(inPieces(spelled, cuts), text);
        assert.equal(customInput(spelled), text);
      }),
    );
  });

  it('is given out before its end has come', () => {
    const input = new CustomInput();
    assert.equal(input.push('{"inp'), '');
    assert.equal(input.push('ut": "*** Begin'), '*** Begin');
    assert.equal(input.push(' Patch\\'), ' Patch');
    assert.equal(input.push('n\\ud83d'), '\n');
    assert.equal(input.push('\\ude00"'), '😀');
    assert.equal(input.push('}'), '');
    assert.equal(input.end(), '');
  });

  const cases: readonly (readonly [label: string, json: string, input: string])[] = [
    ['line ends that a model did not escape', '{"input":"a\nb\\tc"}', 'a\nb\tc'],
    ['other members before it', '{"why":"x","input":"ls"}', 'ls'],
    ['no JSON at all', 'ls -l', 'ls -l'],
    ['no such member', '{"command":"ls"}', '{"command":"ls"}'],
    ['an input that is no text', '{"input":{"a":1}}', '{"input":{"a":1}}'],
    ['nothing', '', ''],
  ];
  for (const [label, json, input] of cases) {
    it(`${label}: ${JSON.stringify(json)}`, () => assert.equal(inPieces(json, [3, 9, 11]), input));
  }
});

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
