import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../store/index.ts';
import type { PriceTier } from './price.ts';
import { decodePriceTiers, encodePriceTiers, priceOf } from './price-version.ts';
import { findPriceVersion, storePriceVersions } from './price-version-store.ts';

const rate = fc.bigInt({ min: 0n, max: 10n ** 20n });
const tiers = fc.record(
  {
    fromInputTokens: fc.nat(),
    input: rate,
    output: rate,
    cacheRead: rate,
    cacheWrite: rate,
    reasoning: rate,
    inputAudio: rate,
    outputAudio: rate,
    request: rate,
  },
  { noNullPrototype: true },
);
const TIER: PriceTier = {
  fromInputTokens: 0,
  input: 1n,
  output: 2n,
  cacheRead: 3n,
  cacheWrite: 4n,
  reasoning: 5n,
  inputAudio: 6n,
  outputAudio: 7n,
  request: 8n,
};

test('what is written down is what was charged', () => {
  fc.assert(
    fc.property(tiers, fc.array(tiers, { maxLength: 3 }), (first, more) => {
      const price = priceOf([first, ...more], 'test');
      assert.deepEqual(decodePriceTiers(encodePriceTiers(price)), price.tiers);
    }),
  );
});

test('a version is the hash of the amounts: the text is fixed, for the books hold it', () => {
  const price = priceOf([TIER], 'here');
  assert.equal(
    encodePriceTiers(price),
    '[{"fromInputTokens":0,"input":"1","output":"2","cacheRead":"3","cacheWrite":"4","reasoning":"5","inputAudio":"6","outputAudio":"7","request":"8"}]',
  );
  assert.match(price.version, /^p_[0-9a-f]{16}$/);
  assert.equal(price.version, priceOf([{ ...TIER }], 'elsewhere').version);
  assert.notEqual(price.version, priceOf([{ ...TIER, output: 9n }], 'here').version);
});

test('versions are stored once and found again', async () => {
  const price = priceOf([TIER], 'here');
  const row = { version: price.version, source: price.source, tiers: encodePriceTiers(price), firstSeenMs: 7 };
  const [statement] = storePriceVersions([row]);
  assert.deepEqual(statement?.values, [row.version, row.source, row.tiers, row.firstSeenMs]);
  assert.match(statement?.sql ?? '', /ON CONFLICT \(version\) DO NOTHING$/);
  const database = (rows: Awaited<ReturnType<Database['query']>>): Database => ({
    kind: 'sqlite',
    query: () => Promise.resolve(rows),
    write: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  });
  assert.deepEqual(await findPriceVersion(database([{ source: row.source, tiers: row.tiers }]), row.version), {
    source: 'here',
    tiers: [TIER],
  });
  assert.equal(await findPriceVersion(database([]), 'p_0'), null);
});
