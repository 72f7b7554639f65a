import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { GOLDEN, goldenOutputs } from '../support/golden.ts';

/** `npm run conformance -- --update` writes them anew; what changed is then to be read before it is committed. */
describe('golden files', () => {
  const outputs = goldenOutputs();

  for (const [path, text] of outputs) {
    it(path, () => {
      assert.ok(existsSync(GOLDEN + path), 'not there: npm run conformance -- --update');
      assert.equal(readFileSync(GOLDEN + path, 'utf8'), text);
    });
  }

  it('none is left over', () => {
    const files = globSync('*/*', { cwd: GOLDEN }).filter((path) => !/-(?:request\.json|answer\.txt)$/.test(path));
    assert.deepEqual(files.sort(), [...outputs.keys()].sort());
  });
});
