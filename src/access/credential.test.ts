import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candidates, chooseCredential } from './credential.ts';

describe('the credential of a request', () => {
  it('is taken from every place a client may put it, once', () => {
    const headers = {
      authorization: 'Bearer sk-one',
      'x-api-key': 'sk-two',
      'api-key': ' sk-one ',
      'x-goog-api-key': '',
      'x-litellm-api-key': 'bearer  sk-three',
    };
    assert.deepEqual(candidates(headers, null), ['sk-one', 'sk-two', 'sk-three']);
    assert.deepEqual(candidates({}, new URLSearchParams('key=sk-four&alt=sse')), ['sk-four']);
    assert.deepEqual(candidates({ authorization: 'Basic c2stb25l', 'x-api-key': ['a', 'b'] }, null), []);
    assert.deepEqual(candidates({ authorization: 'Bearer ' }, new URLSearchParams('key=')), []);
  });

  it('is the one that is ours; a foreign one is only kept aside', () => {
    const isOurs = (secret: string): boolean => secret.startsWith('sk-wb');
    assert.deepEqual(chooseCredential(['sk-ant-1', 'sk-wb-1'], isOurs), {
      ours: 'sk-wb-1',
      conflict: false,
      foreign: 'sk-ant-1',
    });
    assert.deepEqual(chooseCredential(['sk-wb-1', 'sk-wb-2'], isOurs), {
      ours: 'sk-wb-1',
      conflict: true,
      foreign: null,
    });
    assert.deepEqual(chooseCredential([], isOurs), { ours: null, conflict: false, foreign: null });
  });
});
