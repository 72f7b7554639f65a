import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openAiWords } from '../../src/dialects/index.ts';
import { createStreamObserver, type Observation, observePlain } from '../../src/metering/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';

const FILES = recordedFiles('openai-chat', 'embeddings');
const EVERY_SPLIT_BYTES = 4_096;

type Fed = { readonly observation: Observation; readonly out: Buffer };

describe('recorded traffic', { skip: recordedMissing }, () => {
  for (const file of FILES) {
    const exchanges = readRecorded(file);
    const streams = exchanges.filter(isStream);
    const plain = exchanges.filter((exchange) => !isStream(exchange));

    it(`${file}: streams are read the same however they are cut, and as a plain reader reads them`, (t) => {
      let withUsage = 0;
      for (const exchange of streams) {
        const body = Buffer.from(exchange.body ?? '');
        const whole = feed([body]);
        const label = `${exchange.host} ${exchange.id}`;
        assert.deepEqual(feed([...bytesOf(body)]), whole, `${label} in bytes`);
        for (let at = 1; body.length <= EVERY_SPLIT_BYTES && at < body.length; at++) {
          const cut = feed([body.subarray(0, at), body.subarray(at)]);
          if (!cut.out.equals(body)) assert.fail(`${label} cut at ${at}: other bytes`);
          assert.deepEqual(cut.observation, whole.observation, `${label} cut at ${at}`);
        }
        assert.ok(whole.out.equals(body), label);
        const events = eventsOf(exchange.body ?? '');
        assertAgrees(whole.observation, events, label);
        assert.ok(whole.observation.contentBytes >= generatedIn(events), `${label}: too little content`);
        withUsage += whole.observation.usage === null ? 0 : 1;
      }
      t.diagnostic(`${withUsage} of ${streams.length} streams name their usage`);
    });

    it(`${file}: the event that holds nothing but usage is withheld, and nothing else`, (t) => {
      let withheld = 0;
      for (const exchange of streams) {
        const text = exchange.body ?? '';
        const { out, observation } = feed([Buffer.from(text)], true);
        const kept = eventsOf(text).filter((event) => !isUsageOnly(event));
        assert.deepEqual(eventsOf(out.toString()), kept, `${exchange.host} ${exchange.id}`);
        assert.deepEqual(observation.usage, feed([Buffer.from(text)]).observation.usage);
        withheld += eventsOf(text).length - kept.length;
      }
      t.diagnostic(`${withheld} events withheld in ${streams.length} streams`);
    });

    it(`${file}: plain answers`, (t) => {
      let withUsage = 0;
      for (const exchange of plain) {
        const body = exchange.body ?? '';
        const observation = observePlain(Buffer.from(body), openAiWords);
        const [parsed] = parsedOf(body);
        assert.equal(observation !== null, isJsonObject(parsed), `${exchange.host} ${exchange.id}`);
        if (observation === null || !isJsonObject(parsed)) continue;
        assertAgrees(observation, [parsed], `${exchange.host} ${exchange.id}`);
        withUsage += observation.usage === null ? 0 : 1;
      }
      t.diagnostic(`${withUsage} of ${plain.length} plain answers name their usage`);
    });
  }

  it('counts as output what the provider itself bills as output', (t) => {
    const seen = { xai: 0, vercel: 0 };
    for (const { host, body } of FILES.flatMap(readRecorded)) {
      for (const event of eventsOrBody(body ?? '')) {
        const raw = event['usage'];
        const usage = openAiWords.readUsage(raw);
        if (usage === null || !isJsonObject(raw)) continue;
        const rates = RATES[`${host} ${event['model']}`];
        const billed = typeof raw['cost_in_usd_ticks'] === 'number' ? raw['cost_in_usd_ticks'] * 1e-10 : raw['cost'];
        if (rates === undefined || typeof billed !== 'number') continue;
        const fresh = usage.inputTokens - usage.cacheReadTokens;
        const cost = (fresh * rates[0] + usage.cacheReadTokens * rates[1] + usage.outputTokens * rates[2]) / 1e6;
        assert.ok(Math.abs(cost - billed) < 1e-9, `${host} ${JSON.stringify(raw)}: ${cost} and not ${billed}`);
        seen[host === 'api.x.ai' ? 'xai' : 'vercel']++;
      }
    }
    t.diagnostic(`${seen.xai} bills of xAI, ${seen.vercel} of Vercel`);
    assert.ok(seen.xai > 0 && seen.vercel > 0);
  });
});

/** USD per million of input, cached input and output, as they were when the exchanges were recorded. */
const RATES: Readonly<Record<string, readonly [number, number, number]>> = {
  'api.x.ai grok-code-fast-1': [0.2, 0.02, 1.5],
  'ai-gateway.vercel.sh openai/gpt-5': [1.25, 0.125, 10],
  'ai-gateway.vercel.sh google/gemini-2.5-flash': [0.3, 0.03, 2.5],
  'ai-gateway.vercel.sh google/gemini-3-pro-preview': [2, 0.2, 12],
};

function isStream({ body, content_type: contentType }: Recorded): boolean {
  return contentType?.includes('event-stream') === true || /^\s*(?:data|event|:)/.test(body ?? '');
}

function feed(chunks: readonly Buffer[], withholdUsage = false): Fed {
  const observer = createStreamObserver({ withholdUsage, words: openAiWords });
  const out: Buffer[] = [];
  for (const chunk of chunks) {
    const passed = observer.push(chunk);
    if (passed !== null) out.push(passed);
  }
  const observation = observer.observation();
  const held = observer.takeHeld();
  if (held !== null) out.push(held);
  return { observation, out: Buffer.concat(out) };
}

function* bytesOf(body: Buffer): Iterable<Buffer> {
  for (let at = 0; at < body.length; at++) yield body.subarray(at, at + 1);
}

/** The reference: every data line parsed by itself. */
function eventsOf(body: string): readonly JsonObject[] {
  return body.split(/\r\n|\n|\r/).flatMap((line) => {
    if (!line.startsWith('data:')) return [];
    return parsedOf(line.slice(5)).filter(isJsonObject);
  });
}

function eventsOrBody(body: string): readonly JsonObject[] {
  const events = eventsOf(body);
  return events.length > 0 ? events : parsedOf(body).filter(isJsonObject);
}

function parsedOf(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function assertAgrees(observation: Observation, events: readonly JsonObject[], label: string): void {
  const usages = events.flatMap(
    ({ usage, x_groq: groq }) => openAiWords.readUsage(usage) ?? openAiWords.readUsage(usageOf(groq)) ?? [],
  );
  assert.deepEqual(observation.usage, usages.at(-1) ?? null, label);
  const ids = events.flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : []));
  assert.equal(observation.upstreamId, ids[0] ?? null, label);
  const choices = events.flatMap((event) => (Array.isArray(event['choices']) ? event['choices'] : []));
  const reasons = choices.map((choice: unknown) => (isJsonObject(choice) ? choice['finish_reason'] : null));
  assert.equal(
    observation.finishReason?.raw ?? null,
    reasons.filter((reason) => typeof reason === 'string' && reason !== '').at(-1) ?? null,
    label,
  );
}

/** Bytes of text and of one spelling of reasoning: the least that the model wrote. */
function generatedIn(events: readonly JsonObject[]): number {
  const choices = events.flatMap((event) => (Array.isArray(event['choices']) ? event['choices'] : []));
  return choices.filter(isJsonObject).reduce((bytes, { delta }) => {
    const { content, reasoning, reasoning_content: thought } = isJsonObject(delta) ? delta : {};
    const texts = [content, typeof thought === 'string' ? thought : reasoning].filter(
      (each) => typeof each === 'string',
    );
    return bytes + Buffer.byteLength(texts.join(''));
  }, 0);
}

function usageOf(value: unknown): unknown {
  return isJsonObject(value) ? value['usage'] : null;
}

function isUsageOnly({ choices, usage }: JsonObject): boolean {
  return Array.isArray(choices) && choices.length === 0 && isJsonObject(usage);
}
