import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from './config/load-for-test.ts';
import { openLivePolicies } from './live-policies.ts';
import { createConnections } from './network/index.ts';
import { buildPolicies } from './policies.ts';

const SECOND_MS = 1_000;
const noOverlays = { now: () => [], onChange: () => undefined, refresh: async () => undefined, close: () => undefined };

test('published prices are taken again when one is due to change, and not before', async (context) => {
  const { configuration } = await loadForTest({
    environment: { OPENAI_API_KEY: 'k', OPENROUTER_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GEMINI_API_KEY: 'k' },
  });
  assert.ok(configuration);
  context.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.parse('2025-01-01T00:00:00Z') });
  const changeAtMs = buildPolicies(configuration, () => null).catalog.pricesChangeAtMs();
  assert.ok(changeAtMs !== null, 'the price list announces changes');
  // Longer away than a timer reaches: it looks again every hour.
  context.mock.timers.setTime(changeAtMs - 30 * 86_400_000);
  const live = openLivePolicies(configuration, createConnections(configuration.network), noOverlays);
  const versions = (): string =>
    live
      .now()
      .catalog.list()
      .map(({ id, price }) => `${id} ${price?.version}`)
      .join('\n');
  const [first, before] = [live.now(), versions()];
  for (let hours = 0; hours < 30 * 24 - 1; hours++) context.mock.timers.tick(3_600_000);
  context.mock.timers.tick(3_600_000 - SECOND_MS);
  assert.equal(live.now(), first);
  context.mock.timers.tick(2 * SECOND_MS);
  assert.notEqual(versions(), before);

  void live.load(configuration);
  const loaded = live.now();
  live.close();
  context.mock.timers.tick(365 * 86_400_000);
  assert.equal(live.now(), loaded, 'nothing goes on after it was closed');
});
