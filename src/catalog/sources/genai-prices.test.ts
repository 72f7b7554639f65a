import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import { compilePrice } from './compile-price.ts';
import { isPublished, makerInList, nextPriceChangeMs, publishedModel, publishedModels } from './genai-prices.ts';
import { priceList } from './price-list.ts';
import { priceAt } from './price-moment.ts';

const LISTS = [
  'anthropic',
  'aws',
  'azure',
  'cerebras',
  'cohere',
  'deepseek',
  'fireworks',
  'google',
  'groq',
  'mistral',
  'moonshotai',
  'openai',
  'openrouter',
  'perplexity',
  'together',
  'x-ai',
];
const MOMENTS = [
  '2025-05-01T00:00:00Z',
  '2026-03-13T00:00:00Z',
  '2026-08-20T02:00:00Z',
  '2026-08-20T12:00:00Z',
  '2026-11-24T09:59:59.999Z',
  '2026-11-24T10:00:00Z',
  '2027-01-01T00:00:00Z',
];
const NOW = Date.parse('2026-11-24T12:00:00Z');

test('the same entry and the same prices are found as by the package itself, at any moment', () => {
  let compared = 0;
  for (const providerId of LISTS) {
    for (const { id } of findProvider({ providerId })?.models ?? []) {
      for (const name of [id, `${id}-2026-01-01`, id.toUpperCase()]) {
        for (const moment of MOMENTS) {
          const theirs = calcPrice({}, name, { providerId, timestamp: new Date(moment) });
          const ours = priceList(providerId)?.find(name.toLowerCase()) ?? null;
          const direct = theirs !== null && priceList(providerId)?.models.includes(theirs.model);
          if (!direct) continue;
          assert.equal(ours?.id, theirs.model.id, `${providerId} ${name}`);
          assert.deepEqual(ours === null ? null : priceAt(ours, Date.parse(moment))?.prices, theirs.model_price);
          compared++;
        }
      }
    }
  }
  assert.ok(compared > 5_000, `${compared}`);
});

test('the source names the version that is installed', () => {
  const installed: unknown = createRequire(import.meta.url)
    .resolve('@pydantic/genai-prices')
    .replace(/dist.*$/, 'package.json');
  const { version } = createRequire(import.meta.url)(String(installed));
  assert.equal(publishedModel('openai', 'gpt-4o', NOW)?.price?.source, `genai-prices ${version}`);
});

test('every price is the published decimal in whole picodollars', () => {
  for (const providerId of LISTS) {
    for (const { match: _match, prices: _prices, ...info } of findProvider({ providerId })?.models ?? []) {
      const model = publishedModels(providerId, NOW).find(({ id }) => id === info.id);
      const published = priceAt(
        { prices: findProvider({ providerId })?.models.find(({ id }) => id === info.id)?.prices ?? {} },
        NOW,
      )?.prices;
      const input = published?.['input_mtok'];
      if (model?.price === null || model === undefined || input === undefined) continue;
      const rate = typeof input === 'number' ? input : input.base;
      assert.ok(Math.abs(Number(model.price.tiers[0].input) / 1e6 - rate) < 5e-7, `${providerId} ${info.id}`);
    }
  }
});

test('noise behind the published decimals is gone', () => {
  assert.equal(compilePrice({ input_mtok: 7.549999999, output_mtok: 0.18000000000000002 })?.tiers[0].input, 7_550_000n);
  assert.equal(compilePrice({ input_mtok: 1, output_mtok: 0.18000000000000002 })?.tiers[0].output, 180_000n);
  assert.equal(compilePrice({ input_mtok: 0.0075 })?.tiers[0].input, 7_500n);
});

test('tiers begin above their start, each with all units', () => {
  const price = publishedModel('anthropic', 'claude-sonnet-4-5-20250929', NOW)?.price;
  assert.deepEqual(
    price?.tiers.map(({ fromInputTokens, input, output, cacheRead, cacheWrite }) => [
      fromInputTokens,
      input,
      output,
      cacheRead,
      cacheWrite,
    ]),
    [
      [0, 3_000_000n, 15_000_000n, 300_000n, 3_750_000n],
      [200_001, 6_000_000n, 22_500_000n, 600_000n, 7_500_000n],
    ],
  );
});

test('units that the list leaves out cost what they are a kind of', () => {
  const prices: ModelPrice = { input_mtok: 1, output_mtok: 4, requests_kcount: 12 };
  assert.deepEqual(compilePrice(prices)?.tiers[0], {
    fromInputTokens: 0,
    input: 1_000_000n,
    output: 4_000_000n,
    cacheRead: 1_000_000n,
    cacheWrite: 1_000_000n,
    reasoning: 4_000_000n,
    inputAudio: 1_000_000n,
    outputAudio: 4_000_000n,
    request: 12_000_000_000n,
  });
  assert.equal(compilePrice({ audio_hours: 3 }), null);
  assert.equal(compilePrice({}), null);
  assert.equal(
    compilePrice({ input_mtok: 0.3, output_mtok: 2.5, output_image_mtok: 30 })?.tiers[0].output,
    30_000_000n,
  );
});

test('a price that begins on a day holds from that day on, and the change is announced', () => {
  const inputOn = (day: string): bigint | undefined =>
    publishedModel('google', 'gemini-3.6-flash', Date.parse(day))?.price?.tiers[0].input;
  assert.equal(inputOn('2026-12-31T23:59:59.999Z'), 750_000n);
  assert.equal(inputOn('2027-01-01T00:00:00Z'), 1_500_000n);
  assert.equal(nextPriceChangeMs('google', NOW), Date.parse('2027-01-01T00:00:00Z'));
});

test('prices of an hour of the day change at its beginning and its end', () => {
  const outputAt = (time: string): bigint | undefined =>
    publishedModel('deepseek', 'deepseek-v4-pro', Date.parse(`2026-11-24T${time}Z`))?.price?.tiers[0].output;
  assert.deepEqual(['00:59:59', '01:00:00', '03:59:59', '04:00:00', '09:59:59', '10:00:00'].map(outputAt), [
    1_980_000n,
    3_960_000n,
    3_960_000n,
    1_980_000n,
    3_960_000n,
    1_980_000n,
  ]);
  assert.ok((nextPriceChangeMs('deepseek', NOW) ?? Number.POSITIVE_INFINITY) - NOW < 86_400_000);
});

test('names: dated, undated, in capitals, as a path of Google; unknown ones are unknown', () => {
  const idOf = (list: string, name: string): string | null => publishedModel(list, name, NOW)?.id ?? null;
  assert.equal(idOf('openai', 'gpt-4o-2024-08-06'), 'gpt-4o');
  assert.equal(idOf('openai', 'GPT-4o'), 'gpt-4o');
  assert.equal(idOf('openai', 'gpt-4o-2031-01-01'), 'gpt-4o');
  assert.equal(idOf('google', 'models/gemini-2.5-flash'), 'gemini-2.5-flash');
  assert.equal(idOf('openai', 'gpt-4o-zzz'), null);
  assert.equal(idOf('openai', 'ft:gpt-4o:acme::x'), null);
  assert.equal(idOf('no-such-list', 'gpt-4o'), null);
  // By what its name contains the package would find a provider here.
  assert.equal(idOf('my-anthropic', 'claude-sonnet-4-5'), null);
});

test('what is priced through others is not offered', () => {
  assert.notEqual(publishedModel('azure', 'deepseek-reasoner', NOW), null);
  assert.equal(isPublished('azure', 'deepseek-reasoner'), false);
  assert.equal(makerInList('claude-sonnet-4-5'), 'anthropic');
  assert.equal(makerInList('nobody-knows'), null);
});
