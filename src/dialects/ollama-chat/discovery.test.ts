import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeShow, encodeTags, encodeVersion, type ListedModel } from './discovery.ts';

const MODEL: ListedModel = {
  id: 'claude-sonnet',
  createdS: 1_700_000_000,
  contextWindow: 200_000,
};

test('tags name the models twice, with a digest of 64 letters that stays', () => {
  const { models } = encodeTags([MODEL, { ...MODEL, id: 'other' }]) as { models: Record<string, unknown>[] };
  const [first, second] = models;
  assert.equal(models.length, 2);
  assert.deepEqual([first?.['name'], first?.['model']], ['claude-sonnet', 'claude-sonnet']);
  assert.match(String(first?.['digest']), /^[0-9a-f]{64}$/);
  assert.notEqual(first?.['digest'], second?.['digest']);
  assert.equal(first?.['modified_at'], '2023-11-14T22:13:20.000Z');
});

test('show has the context window where editors look for it, and says what the model can do', () => {
  const shown = encodeShow(MODEL);
  const info = shown['model_info'] as Record<string, unknown>;
  assert.equal(info[`${String(info['general.architecture'])}.context_length`], 200_000);
  assert.deepEqual(shown['capabilities'], ['completion', 'tools', 'vision']);
  const known = { ...MODEL, callsTools: false, seesImages: false, thinks: true };
  assert.deepEqual(encodeShow(known)['capabilities'], ['completion', 'thinking']);
  assert.deepEqual(encodeShow({ ...MODEL, does: 'embedding' })['capabilities'], ['embedding']);
  const unknown = encodeShow({ ...MODEL, contextWindow: null });
  assert.deepEqual(Object.keys(unknown['model_info'] as object), ['general.architecture', 'general.basename']);
});

test('the version is one that clients compare', () => {
  assert.match(String(encodeVersion()['version']), /^\d+\.\d+\.\d+$/);
});
