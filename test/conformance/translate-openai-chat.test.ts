import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ReceivedRequest, responseOfStream, type UpstreamTarget } from '../../src/dialects/index.ts';
import type { ChatResponse, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { decodeAll, eventsOf, receive } from '../support/translating.ts';

const dialect = dialects['openai-chat'];
const { chat } = dialect;

/** What a translator is told of an upstream of which nothing is known. */
function targetOf({ body, maxOutput, model }: ReceivedRequest): UpstreamTarget {
  const isOld = body['max_tokens'] !== undefined;
  const isNew = body['max_completion_tokens'] !== undefined;
  return {
    model,
    maxOutputTokens: maxOutput,
    outputLimit: isOld && isNew ? 'both' : isNew ? 'max_completion_tokens' : 'max_tokens',
    facts: { maxOutput: null, thinking: null, takesSampling: null },
  };
}

describe('openai-chat: recorded traffic', { skip: recordedMissing }, () => {
  for (const file of recordedFiles('openai-chat')) {
    const exchanges = readRecorded(file);

    it(`${file}: a request that is decoded and encoded again says the same`, (t) => {
      let compared = 0;
      for (const { request, id, host, status } of exchanges) {
        const body = objectOf(request);
        if (body === null || chat === null || !Array.isArray(body['messages'])) continue;
        const received = refusalOr(() => receive(dialect, body));
        const decoded = received && refusalOr(() => chat.decodeRequest(received));
        if (received === null || decoded === null) {
          assert.ok(status >= 400, `${host} ${id} is refused`);
          continue;
        }
        const encoded = chat.encodeRequest(decoded, targetOf(received));
        assert.deepEqual(normalized(encoded.body), normalized(body), `${host} ${id}`);
        assert.deepEqual(encoded.warnings, [], `${host} ${id}`);
        compared++;
      }
      t.diagnostic(`${compared} of ${exchanges.length} requests`);
      assert.ok(compared > 0);
    });

    it(`${file}: an answer is read whole, and its parts make the same answer`, (t) => {
      const kinds = { plain: 0, streams: 0, cut: 0 };
      for (const exchange of exchanges) {
        if (isStream(exchange)) {
          const parts = decodeAll(dialect, eventsOf(exchange.body ?? '', 'sse'));
          const isWhole = parts.at(-1)?.type === 'end';
          kinds[isWhole ? 'streams' : 'cut']++;
          assertLegal(parts, label(exchange));
          assertSays(responseOfStream(parts), objectsOf(exchange), 'delta', label(exchange));
          continue;
        }
        const body = objectOf(exchange.body);
        if (body === null || !Array.isArray(body['choices'])) continue;
        const answer = chat?.decodeResponse(body) ?? null;
        assert.ok(answer !== null, label(exchange));
        assertSays(answer, [body], 'message', label(exchange));
        kinds.plain++;
      }
      t.diagnostic(`${kinds.plain} plain, ${kinds.streams} streams, ${kinds.cut} cut off`);
      assert.ok(kinds.plain > 0 && kinds.streams > 0);
    });
  }
});

function refusalOr<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.name === 'GatewayError') return null;
    throw error;
  }
}

function objectOf(value: unknown): JsonObject | null {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return isJsonObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** What may differ: null is absent, one text alone is a string, defaults are left out, thoughts have one spelling. */
function normalized(body: JsonObject): unknown {
  const { stream_options: options, stop, n, stream, response_format: format, ...rest } = body;
  const messages = Array.isArray(body['messages']) ? body['messages'].map(normalizedMessage) : null;
  const tools = Array.isArray(body['tools']) ? body['tools'].map(normalizedTool) : [];
  const hasTools = tools.length > 0;
  return without({
    ...rest,
    messages,
    tools: hasTools ? tools : null,
    tool_choice: hasTools ? normalizedChoice(body['tool_choice']) : null,
    parallel_tool_calls: hasTools ? body['parallel_tool_calls'] : null,
    stream: stream === true ? true : null,
    stream_options: stream === true ? { ...(isJsonObject(options) ? options : {}), include_usage: true } : null,
    n: n === 1 ? null : n,
    stop: typeof stop === 'string' ? [stop] : stop,
    response_format: isJsonObject(format) && format['type'] === 'text' ? null : format,
  });
}

function normalizedChoice(choice: unknown): unknown {
  if (choice === 'any') return 'required';
  return isJsonObject(choice) ? { type: 'function', ...choice } : choice;
}

function normalizedTool(tool: unknown): unknown {
  if (!isJsonObject(tool)) return tool;
  const called = tool['function'];
  return without(isJsonObject(called) ? { type: 'function', ...tool, function: without(called) } : tool);
}

function normalizedMessage(message: unknown): unknown {
  if (!isJsonObject(message)) return message;
  const { content, reasoning, reasoning_details: details, tool_calls: calls, ...rest } = message;
  const hasEntries =
    Array.isArray(details) && details.some((entry) => isJsonObject(entry) && ('text' in entry || 'summary' in entry));
  return without({
    ...rest,
    content: normalizedContent(content),
    reasoning: hasEntries ? null : reasoning,
    reasoning_details: listOrNull(chunksOf(details).flatMap(normalizedDetail)),
    tool_calls:
      Array.isArray(calls) && calls.length > 0 ? calls.filter(isJsonObject).map(({ index: _, ...call }) => call) : null,
  });
}

function listOrNull(list: readonly unknown[]): readonly unknown[] | null {
  return list.length === 0 ? null : list;
}

function normalizedContent(content: unknown): unknown {
  if (content === '' || content === undefined) return null;
  if (!Array.isArray(content)) return content;
  const parts = content.map((part: unknown) => {
    if (!isJsonObject(part)) return part;
    const { text: _, ...rest } = part;
    if (part['type'] === 'thinking')
      return { ...part, thinking: [{ type: 'text', text: chunkTexts(part['thinking']) }] };
    return part['type'] === 'image_url' ? rest : part;
  });
  const [first] = parts;
  const isPlain =
    parts.length === 1 && isJsonObject(first) && first['type'] === 'text' && Object.keys(first).length === 2;
  return parts.length === 0 ? null : isPlain ? first['text'] : parts;
}

function normalizedDetail(entry: JsonObject): readonly unknown[] {
  const { index: _, id: _id, format, ...rest } = entry;
  const words = [rest['text'], rest['summary'], rest['data'], rest['signature']];
  return !words.some((word) => typeof word === 'string' && word !== '')
    ? []
    : [{ ...rest, format: format ?? 'unknown' }];
}

function without(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined));
}

function label({ host, id }: Recorded): string {
  return `${host} ${id}`;
}

/** Some servers call their streams something else. */
function isStream({ body, content_type: contentType }: Recorded): boolean {
  return contentType?.includes('event-stream') === true || /^\s*(?:data|event|:)/.test(body ?? '');
}

function objectsOf({ body }: Recorded): readonly JsonObject[] {
  return eventsOf(body ?? '', 'sse')
    .map(({ data }) => objectOf(data))
    .filter(isJsonObject);
}

/** `start` first and once, blocks numbered in order, deltas only in open blocks, nothing after a choice's finish. */
function assertLegal(parts: readonly StreamPart[], at: string): void {
  assert.ok(parts.filter(({ type }) => type === 'start').length <= 1, at);
  const open = new Map<number, Set<number>>();
  const begun = new Map<number, number>();
  const finished = new Set<number>();
  for (const [place, part] of parts.entries()) {
    if (place === 0) assert.ok(part.type === 'start' || part.type === 'error', at);
    if (part.type === 'end') assert.equal(place, parts.length - 1, at);
    if (!('choice' in part)) continue;
    assert.ok(!finished.has(part.choice), at);
    const blocks = open.get(part.choice) ?? new Set<number>();
    open.set(part.choice, blocks);
    if (part.type === 'block-start') {
      assert.equal(part.block, begun.get(part.choice) ?? 0, at);
      begun.set(part.choice, part.block + 1);
      if (part.content.type !== 'tool-call') assert.equal(blocks.size, 0, at);
      blocks.add(part.block);
    } else if (part.type === 'finish') {
      assert.equal(blocks.size, 0, at);
      finished.add(part.choice);
    } else if (part.type !== 'logprobs') {
      assert.ok(blocks.has(part.block), `${at}: ${part.type} of block ${part.block}`);
      if (part.type === 'block-end') blocks.delete(part.block);
    }
  }
}

type Member = 'delta' | 'message';

/** A reader that knows no more than the test: texts, thoughts and arguments are what all events name, in a row. */
function assertSays(answer: ChatResponse, events: readonly JsonObject[], member: Member, at: string): void {
  for (const choice of answer.choices) {
    const said = events.flatMap((event) => choicesOf(event).filter(({ index }) => (index ?? 0) === choice.index));
    const words = said.map((each) => each[member] ?? each['message']).filter(isJsonObject);
    assert.equal(textOf(choice.content, 'text'), words.map(contentText).join(''), `${at}: text`);
    assert.equal(textOf(choice.content, 'reasoning'), words.map(thoughtText).join(''), `${at}: thoughts`);
    const calls = words.flatMap(callsOf);
    const inputs = choice.content.filter((part) => part.type === 'tool-call').map(({ input }) => input);
    assert.equal(inputs.join('').length, calls.map(inputOf).join('').length, `${at}: arguments`);
    const ids = calls.flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : []));
    const read = choice.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
    assert.deepEqual(new Set(read), new Set(ids.length === 0 ? read : ids), `${at}: ids`);
    assert.equal(sealsIn(choice.content), new Set(words.flatMap(sealsOf)).size, `${at}: seals`);
    const reasons = said.flatMap(({ finish_reason: reason }) =>
      typeof reason === 'string' && reason !== '' ? [reason] : [],
    );
    if (choice.finish.unified !== 'other') assert.equal(choice.finish.raw, reasons.at(-1) ?? null, `${at}: finish`);
  }
  const named = events.some(
    ({ usage, x_groq: groq }) => isJsonObject(usage) || (isJsonObject(groq) && isJsonObject(groq['usage'])),
  );
  assert.equal(answer.usage !== null, named, `${at}: usage`);
}

function choicesOf(event: JsonObject): readonly JsonObject[] {
  return chunksOf(event['choices']);
}

function textOf(content: ChatResponse['choices'][number]['content'], type: 'text' | 'reasoning'): string {
  return content.map((part) => (part.type === type ? part.text : '')).join('');
}

function chunkTexts(chunks: unknown): string {
  return chunksOf(chunks)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

function contentText({ content }: JsonObject): string {
  if (typeof content === 'string') return content;
  return chunksOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

function thoughtText(words: JsonObject): string {
  const { reasoning_content: long, reasoning: short, reasoning_details: details, content } = words;
  const entries = chunksOf(details).map(({ text, summary }) => text ?? summary ?? '');
  const spelled = [entries.join(''), long, short].find((each) => typeof each === 'string' && each !== '');
  const chunks = chunksOf(content).flatMap(({ thinking }) => chunksOf(thinking).map(({ text }) => text));
  return `${spelled ?? ''}${chunks.join('')}`;
}

function chunksOf(value: unknown): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isJsonObject);
}

function callsOf({ tool_calls: calls }: JsonObject): readonly JsonObject[] {
  return chunksOf(calls);
}

function inputOf({ function: called }: JsonObject): string {
  const input = isJsonObject(called) ? called['arguments'] : '';
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? null);
  return text === 'null' ? '' : text;
}

function sealsOf({ reasoning_details: details, extra_content: extra }: JsonObject): readonly string[] {
  const google = isJsonObject(extra) ? extra['google'] : null;
  const signature = isJsonObject(google) ? google['thought_signature'] : null;
  const sealed = chunksOf(details).map(({ data, signature: sign }) => data ?? sign);
  return [...sealed, signature].filter((seal) => typeof seal === 'string' && seal !== '').map(String);
}

function sealsIn(content: ChatResponse['choices'][number]['content']): number {
  return content.filter((part) => 'seal' in part && part.seal !== null && part.seal !== undefined).length;
}
