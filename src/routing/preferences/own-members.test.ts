import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersKeptFrom } from './own-members.ts';

const GIVEN = ['provider', 'models', 'session_id', 'tags', 'fallbacks', 'num_retries', 'mock_response'];

test('an upstream gets the words that it routes by, and none that names our models or was done here', () => {
  assert.deepEqual(membersKeptFrom(null, GIVEN), GIVEN);
  assert.deepEqual(membersKeptFrom('openrouter-fields', GIVEN), [
    'models',
    'tags',
    'fallbacks',
    'num_retries',
    'mock_response',
  ]);
  assert.deepEqual(membersKeptFrom('litellm-fields', GIVEN), [
    ...['provider', 'models', 'session_id', 'fallbacks', 'num_retries', 'mock_response'],
  ]);
});
