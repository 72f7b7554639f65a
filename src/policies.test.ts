import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from './config/load-for-test.ts';
import { canStandFor, dialectIds, loadedDialect } from './dialects/index.ts';
import { buildPolicies } from './policies.ts';
import { spokenBy } from './providers/index.ts';

test('a call loads its dialect, and the one that its upstream speaks instead; the rest stays where it is', async () => {
  const { configuration } = await loadForTest({ environment: { ANTHROPIC_API_KEY: 'k' } });
  assert.ok(configuration);
  const { loadFor } = buildPolicies(configuration, () => null);
  const loaded = (): readonly string[] => dialectIds.filter((id) => loadedDialect(id) !== null);

  await loadFor('anthropic-messages');
  assert.deepEqual(loaded(), ['anthropic-messages']);
  assert.equal(loadFor('anthropic-messages'), null, 'at once from then on');
  await loadFor('openai-embeddings');
  assert.deepEqual(loaded(), ['anthropic-messages', 'openai-embeddings']);
  await loadFor('gemini-generate');
  assert.deepEqual(loaded(), ['anthropic-messages', 'openai-embeddings', 'gemini-generate']);
});

test('whatever a model of a provider is spoken to in is loaded for it', async () => {
  const { configuration } = await loadForTest({
    environment: { AWS_BEARER_TOKEN_BEDROCK: 'k', AWS_REGION: 'us-east-1' },
    flags: { providers: ['bedrock'] },
  });
  assert.ok(configuration);
  await buildPolicies(configuration, () => null).loadFor('ollama-chat');
  const spoken = spokenBy('bedrock');
  const needed = [spoken.always[0], ...spoken.sometimes].filter((id) => id !== undefined);
  assert.ok(needed.length > 1);
  for (const id of needed) assert.equal(loadedDialect(id) !== null, canStandFor(id, 'ollama-chat'), id);
});
