import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CalledTool } from '../dialect.ts';
import { flatToolName, noNames, sentToolName } from './tool-name.ts';

const RULE = { odd: /[^a-z_]/g, most: 8 };
const tool = (name: string, namespace: string | null = null): CalledTool => ({ name, namespace, kind: 'function' });

describe('tool names', () => {
  it('a namespace is a part of the name', () => {
    assert.equal(flatToolName(tool('t', 'mcp__s__')), 'mcp__s__t');
    assert.equal(flatToolName(tool('t', 'mcp__s')), 'mcp__s__t');
  });

  it('what comes to the same is numbered, and the same tool has one name', () => {
    const names = noNames();
    const sent = ['a.b', 'a-b', 'a_b', 'a.b'].map((name) => sentToolName(names, tool(name), RULE));
    assert.deepEqual(sent, ['a_b', 'a_b_2', 'a_b_3', 'a_b']);
    assert.deepEqual(names.renamed.get('a_b_2'), tool('a-b'));
    assert.equal(names.renamed.size, 3);
  });

  it('no two tools have one name, none is too long, and each is found again', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', '_', '.', '2'), maxLength: 10 });
    const property = fc.property(fc.uniqueArray(letters, { maxLength: 40 }), (asked) => {
      const names = noNames();
      const sent = asked.map((name) => sentToolName(names, tool(name), RULE));
      assert.equal(new Set(sent).size, asked.length);
      for (const [index, name] of sent.entries()) {
        assert.ok(name.length >= 1 && name.length <= RULE.most);
        assert.equal(names.renamed.get(name)?.name ?? name, asked[index]);
      }
    });
    fc.assert(property, { seed: 20_261_124, numRuns: 300 });
  });
});
