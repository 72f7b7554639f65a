import assert from 'node:assert/strict';
import { test } from 'node:test';
import { responseOfStream } from '../../src/dialects/index.ts';
import type { ChatResponse, DialectId } from '../../src/inference/index.ts';
import { classify, dialectsOf, providerIds, providerRow, readErrorMessage } from '../../src/providers/index.ts';
import { dialects } from '../support/dialects.ts';
import {
  type ChatAnswer,
  type EmbeddingAnswer,
  type ProviderAnswers,
  providerAnswers,
  type Says,
  streamBytes,
} from '../support/provider-answers.ts';
import { type Got, hasClient, openProviderStage, type ProviderStage, type Sample } from '../support/provider-stage.ts';
import type { LogRow } from '../support/replay.ts';
import { costOf, noCounts } from '../support/replay-books.ts';
import { chatOf, decodeAll, embeddingOf, eventsIn, parsed } from '../support/translating.ts';

const answers = providerAnswers();
/** The doors that an answer is to get through besides its own; what a provider has an API of its own for passes. */
const CLIENTS: readonly DialectId[] = ['openai-chat', 'anthropic-messages', 'gemini-generate'];
const EMBEDDING_CLIENTS: readonly DialectId[] = ['openai-embeddings', 'gemini-embed', 'ollama-embed'];

test('every provider of the table has an answer here, in each operation that it offers, and a refusal', () => {
  for (const id of providerIds()) {
    const row = providerRow(id);
    // The sandbox answers in this process.
    if (row === null || row.sandbox) continue;
    const { sources, chats = [], embeddings = [], refusals } = answers.get(id) ?? assert.fail(`${id} has no answer`);
    assert.ok(sources.length > 0 && sources.every((source) => /^https:|^recorded$/.test(source)), id);
    const spoken = Object.keys(row.speaks) as DialectId[];
    const offers = (kind: 'chat' | 'embedding'): boolean => spoken.some((dialect) => dialects[dialect][kind] !== null);
    if (offers('chat')) assert.ok(chats.length > 0, `${id} has no chat`);
    if (offers('embedding')) assert.ok(embeddings.length > 0, `${id} has no embeddings`);
    assert.ok(refusals.length > 0, `${id} has no refusal`);
    for (const { dialect, model } of [...chats, ...embeddings]) {
      assert.ok(dialectsOf(id, model).includes(dialect), `${id} does not speak ${dialect} with ${model}`);
    }
  }
  const strangers = [...answers.keys()].filter((id) => providerRow(id) === null);
  assert.deepEqual(strangers, [], 'answers of nobody');
});

test('no two answer and refuse alike: each has what is its own', () => {
  const seen = new Map<string, string>();
  for (const [id, { chats, embeddings, refusals }] of answers) {
    const shape = JSON.stringify(shapeOf({ chats, embeddings, refusals }));
    assert.equal(seen.get(shape), undefined, `${id} is a copy`);
    seen.set(shape, id);
  }
});

/** The names and types in a value, without the values; each kind of member of a list once. */
function shapeOf(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}

const chats = samplesOf('chat', ({ chats = [] }) => chats);
const embeddings = samplesOf('embedding', ({ embeddings = [] }) => embeddings);

test('each says what it says, plain and streamed, in its own dialect', () => {
  return all(chats, ({ name, answer }) => {
    const dialect = dialects[answer.dialect];
    assertSays(chatOf(dialect).decodeResponse(answer.answer), answer.says, name);
    const events = eventsIn(streamBytes(answer), dialect.framing);
    const streamed = responseOfStream(decodeAll(dialect, events));
    assertSays(streamed, { ...answer.says, ...answer.streamed }, `${name}, streamed`);
  });
});

test('through the gateway, by the doors of three dialects and its own', { timeout: 60_000 }, async (context) => {
  const stage = await openProviderStage(context, [...chats, ...embeddings]);

  await context.test('chats: its own bytes, and the same words in the others', async () => {
    await all(chats, (sample) => assertChat(stage, sample, false));
    await all(chats, (sample) => assertChat(stage, sample, true));
  });

  await context.test('embeddings: its own bytes, and the same vectors in the others', async () => {
    await all(embeddings, (sample) => assertEmbedding(stage, sample));
  });

  await context.test('the books have what each has counted, at its price', async (context) => {
    const rows = await stage.rows();
    const byModel = Map.groupBy(rows, ({ model_group: model }) => model);
    await all([...chats, ...embeddings], (sample) => assertBooked(byModel.get(sample.name) ?? [], sample));
    context.diagnostic(`${rows.length} exchanges of ${chats.length} chats and ${embeddings.length} embeddings`);
  });
});

test('refusals are understood for what they are, and their words are found', () => {
  const refusals = [...answers].flatMap(([id, all]) => all.refusals.map((refusal) => ({ id, ...refusal })));
  return all(refusals, ({ id, status, headers = {}, body, cause, words }) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const head = { get: (name: string): string | null => headers[name] ?? null, names: () => Object.keys(headers) };
    const label = `${id} ${status} ${bytes}`;
    assert.equal(classify({ status, headers: head, body: bytes }).cause, cause, label);
    assert.ok(readErrorMessage(bytes)?.includes(words), label);
  });
});

/** Checks every one, and tells of all that are wrong at once. */
async function all<Item>(items: readonly Item[], check: (item: Item) => void | Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(async (item) => check(item)));
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  if (faults.length > 0) assert.fail(faults.join('\n'));
}

function samplesOf<Answer>(kind: string, of: (all: ProviderAnswers) => readonly Answer[]): readonly Sample<Answer>[] {
  return [...answers].flatMap(([provider, all]) =>
    of(all).map((answer, index) => ({ name: `${provider}-${kind}-${index}`, provider, answer })),
  );
}

async function assertChat(stage: ProviderStage, sample: Sample<ChatAnswer>, stream: boolean): Promise<void> {
  const { answer, name, provider } = sample;
  const says = stream ? { ...answer.says, ...answer.streamed } : answer.says;
  const spoken = dialectsOf(provider, answer.model);
  const strangers = isTranslated(sample, 'chat') ? CLIENTS.filter((client) => !spoken.includes(client)) : [];
  for (const client of [answer.dialect, ...strangers]) {
    if (!hasClient(client)) continue;
    const label = `${name} for ${client}${stream ? ', streamed' : ''}`;
    const { status, bytes } = await stage.ask(sample, client, stream);
    assert.equal(status, 200, `${label}: ${bytes}`);
    if (client === answer.dialect) {
      const own = stream ? streamBytes(answer) : Buffer.from(JSON.stringify(answer.answer));
      assert.equal(bytes.toString('latin1'), own.toString('latin1'), label);
    } else assertSame(chatIn(client, bytes, stream), says, label);
  }
}

/** Whether requests in other dialects are put to the model in this one. */
function isTranslated({ provider, answer }: Sample, operation: 'chat' | 'embedding'): boolean {
  const spoken = dialectsOf(provider, answer.model);
  return spoken.find((dialect) => dialects[dialect][operation] !== null) === answer.dialect;
}

function chatIn(client: DialectId, bytes: Buffer, stream: boolean): ChatResponse | null {
  const dialect = dialects[client];
  return stream
    ? responseOfStream(decodeAll(dialect, eventsIn(bytes, 'sse')))
    : chatOf(dialect).decodeResponse(parsed(bytes.toString()));
}

async function assertEmbedding(stage: ProviderStage, sample: Sample<EmbeddingAnswer>): Promise<void> {
  const { answer, name, provider } = sample;
  const spoken = dialectsOf(provider, answer.model);
  const strangers = isTranslated(sample, 'embedding')
    ? EMBEDDING_CLIENTS.filter((client) => !spoken.includes(client))
    : [];
  for (const client of [answer.dialect, ...strangers]) {
    if (!hasClient(client)) continue;
    const label = `${name} for ${client}`;
    const { status, bytes }: Got = await stage.ask(sample, client, false);
    assert.equal(status, 200, `${label}: ${bytes}`);
    if (client === answer.dialect) assert.equal(bytes.toString(), JSON.stringify(answer.answer), label);
    else {
      const response = embeddingOf(dialects[client]).decodeResponse(parsed(bytes.toString()));
      assert.deepEqual(response?.vectors, answer.says.vectors, label);
    }
  }
}

/** All that an answer says, as the canonical form has it. */
function assertSays(response: ChatResponse | null, says: Says, label: string): void {
  assertSame(response, says, label);
  const content = response?.choices[0]?.content ?? [];
  const thought = content.map((part) => (part.type === 'reasoning' ? part.text : '')).join('');
  assert.equal(thought, says.thought ?? '', label);
  assert.equal(response?.choices[0]?.finish.unified, says.finish, label);
  const { usage } = response ?? {};
  const counts = usage && {
    input: usage.inputTokens,
    output: usage.outputTokens,
    cached: usage.cacheReadTokens,
    written: usage.cacheWriteTokens,
    reasoning: usage.reasoningTokens,
  };
  const { input, output, cached = 0, written = 0, reasoning = 0 } = says;
  if (input === null) assert.equal(counts, null, label);
  else assert.deepEqual(counts, { input, output, cached, written, reasoning }, label);
}

/** What a translation must not lose, whatever it has no words for. */
function assertSame(response: ChatResponse | null, says: Says, label: string): void {
  const content = response?.choices[0]?.content ?? [];
  const texts = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const calls = content.flatMap((part) =>
    part.type === 'tool-call' ? [[part.name, JSON.stringify(JSON.parse(part.input))]] : [],
  );
  assert.deepEqual([texts, calls], [says.text, says.calls ?? []], label);
  if (says.input !== null) assert.equal(response?.usage?.inputTokens, says.input, label);
}

function assertBooked(rows: readonly LogRow[], { name, answer }: Sample): void {
  assert.ok(rows.length > 0, name);
  const { says } = answer;
  const streamed = 'streamed' in answer ? answer.streamed : {};
  const wholes = 'text' in says ? [says, { ...says, ...streamed }] : [{ ...says, output: 0 }];
  const booked = wholes.map((each) => [each.input, each.output, spendOf(each)].join(' '));
  for (const { spend, prompt_tokens: input, completion_tokens: output } of rows) {
    if (wholes.some((each) => each.input === null)) continue;
    assert.ok(
      booked.includes([input, output, Math.round(spend * 1e9)].join(' ')),
      `${name}: ${input} ${output} ${spend}`,
    );
  }
}

/** Nanodollars. */
function spendOf(says: Partial<Says> & { readonly input: number | null }): number {
  const { input, output, cached = 0, written = 0, reasoning = 0 } = says;
  const counts = { ...noCounts(), input: input ?? 0, output: output ?? 0, cacheRead: cached, cacheWrite: written };
  return Number(costOf({ ...counts, reasoning }));
}
