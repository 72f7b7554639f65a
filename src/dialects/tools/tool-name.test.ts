import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { flatToolName, isSendable, sentToolNames } from './tool-name.ts';

const RULE = { odd: /[^a-z0-9_]/g, most: 8 };
const tool = (name: string, namespace: string | null = null) => ({ name, namespace });

describe('tool names', () => {
  it('a namespace is a part of the name', () => {
    assert.equal(flatToolName(tool('t', 'mcp__s__')), 'mcp__s__t');
    assert.equal(flatToolName(tool('t', 'mcp__s')), 'mcp__s__t');
  });

  it('what comes to the same is numbered, and the same tool has one name', () => {
    const nameOf = sentToolNames([], RULE);
    const sent = ['a.b', 'a-b', 'a_b', 'a.b'].map((name) => nameOf(tool(name)));
    assert.deepEqual(sent, ['a_b', 'a_b_2', 'a_b_3', 'a_b']);
  });

  it('a name that can stay does, wherever its tool stands', () => {
    const tools = [tool('a.b'), tool('b', 'a_'), tool('a_b'), tool('a__b')];
    assert.deepEqual(tools.map(sentToolNames(tools, RULE)), ['a_b_2', 'a___b', 'a_b', 'a__b']);
  });

  it('no two tools have one name, and none is too long or of odd letters', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', '_', '.', '2'), maxLength: 10 });
    const property = fc.property(fc.uniqueArray(letters, { maxLength: 40 }), (asked) => {
      const tools = asked.map((name) => tool(name));
      const sent = tools.map(sentToolNames(tools, RULE));
      assert.equal(new Set(sent).size, asked.length);
      for (const [index, name] of sent.entries()) {
        assert.ok(isSendable(tool(name), RULE));
        if (isSendable(tool(asked[index] ?? ''), RULE)) assert.equal(name, asked[index]);
      }
    });
    fc.assert(property, { seed: 20_261_124, numRuns: 300 });
  });
});
