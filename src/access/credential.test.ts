import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candidates } from './credential.ts';

describe('the credentials of a request', () => {
  it('are taken from every place a client may put one, once', () => {
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
});
