import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { decodeStream } from './decode-stream.ts';

type Decoded = { readonly pushed: readonly (readonly StreamPart[])[]; readonly ended: readonly StreamPart[] };

function decode(...chunks: readonly (JsonObject | string)[]): Decoded {
  const steps = decodeStream();
  const texts = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : JSON.stringify(chunk)));
  return { pushed: texts.map((data) => steps.push({ name: null, data })), ended: steps.end() };
}

function chunk(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { parts, role: 'model' }, ...more }], responseId: 'r-1', modelVersion: 'gemini' };
}

function contentOf({ pushed, ended }: Decoded) {
  return responseOfStream([...pushed.flat(), ...ended]).choices[0]?.content;
}

const seal = { format: 'google-gemini-v1', value: 'c2ln', isWhole: false, id: null };

describe('decodeStream', () => {
  it('pieces of a kind are one block, up to a signature', () => {
    const decoded = decode(
      chunk([{ text: 'Hm', thought: true }]),
      chunk([{ text: '.', thought: true }, { text: 'Yes' }]),
      chunk([{ text: '' }]),
      chunk([{ text: '', thoughtSignature: 'c2ln' }]),
      chunk([{ text: 'More' }], { finishReason: 'STOP' }),
    );
    assert.deepEqual(contentOf(decoded), [
      { type: 'reasoning', text: 'Hm.', isSummary: true, seal: null },
      { type: 'text', text: 'Yes', seal },
      { type: 'text', text: 'More' },
    ]);
  });

  it('calls come whole, with ids made of the answer’s', () => {
    const calls = [
      { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'c2ln' },
      { functionCall: { name: 'g' } },
    ];
    const decoded = decode(chunk(calls), chunk([{ functionCall: { name: 'h', id: 'own' } }], { finishReason: 'STOP' }));
    const made = contentOf(decoded)?.map((part) =>
      part.type === 'tool-call' ? [part.id, part.input, part.seal] : null,
    );
    assert.deepEqual(made, [
      ['call_r-1_0', '{"a":1}', seal],
      ['call_r-1_1', '{}', undefined],
      ['own', '{}', undefined],
    ]);
    const finish = decoded.pushed.flat().find(({ type }) => type === 'finish');
    assert.deepEqual(finish?.type === 'finish' && finish.finish, { unified: 'tool-calls', raw: 'STOP' });
  });

  it('a stream of several candidates finishes when all of them have', () => {
    const candidate = (index: number, finishReason?: string) => ({
      content: { parts: [{ text: `${index}` }] },
      index,
      finishReason,
    });
    const { pushed, ended } = decode(
      { candidates: [candidate(0), candidate(1)] },
      { candidates: [candidate(0, 'STOP')] },
      { candidates: [candidate(1, 'MAX_TOKENS')] },
    );
    const finishes = pushed.map((parts) => parts.filter(({ type }) => type === 'finish').length);
    assert.deepEqual(finishes, [0, 0, 2]);
    assert.deepEqual(ended, [{ type: 'end' }]);
    const { choices } = responseOfStream(pushed.flat());
    assert.deepEqual(
      choices.map(({ finish }) => finish.unified),
      ['stop', 'length'],
    );
  });

  it('an end in the middle says nothing of an end', () => {
    assert.deepEqual(decode(chunk([{ text: 'Y' }])).ended, []);
    assert.deepEqual(decode().ended, []);
  });

  it('a finish before code has run counts if nothing comes after it', () => {
    const code = chunk([{ executableCode: { code: '1' } }], { finishReason: 'STOP' });
    assert.deepEqual(
      decode(code)
        .pushed.flat()
        .filter(({ type }) => type === 'finish'),
      [],
    );
    assert.deepEqual(decode(code, chunk([{ text: '1' }], { finishReason: 'STOP' })).pushed[1]?.at(-1)?.type, 'finish');
  });

  it('a blocked prompt is an answer without content', () => {
    const { pushed, ended } = decode({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, responseId: 'r' });
    const response = responseOfStream([...pushed.flat(), ...ended]);
    assert.deepEqual(response.choices[0]?.finish, { unified: 'content-filter', raw: 'PROHIBITED_CONTENT' });
    assert.deepEqual(ended, [{ type: 'end' }]);
  });

  it('an error within a stream is one, and nothing follows it', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
    const { pushed, ended } = decode(chunk([{ text: 'Y' }]), error, chunk([{ text: 'Z' }], { finishReason: 'STOP' }));
    const told = { type: 'error', message: 'The model is overloaded.', code: 'UNAVAILABLE', status: 503 };
    assert.deepEqual(pushed.slice(1), [[told], []]);
    assert.deepEqual(ended, []);
  });

  it('odd events are passed over', () => {
    const odd = ['[DONE]', '{', 'null', '[]', '{"candidates":1}', '{"candidates":[null,{"content":[]}]}'];
    const { pushed } = decode(...odd, { candidates: [{ content: { parts: [1, { functionCall: 2 }, {}] } }] });
    const blocks = pushed.flat().filter(({ type }) => type === 'block-start');
    assert.equal(blocks.length, 2);
  });

  it('sources that come in portions are cited by their places among all', () => {
    const web = (uri: string) => ({ web: { uri, title: uri } });
    const support = (words: string, startIndex: number, endIndex: number, index: number) => ({
      segment: { text: words, startIndex, endIndex },
      groundingChunkIndices: [index],
    });
    const decoded = decode(
      chunk([{ text: 'Größe 1' }], {
        groundingMetadata: { groundingChunks: [web('a')], groundingSupports: [support('1', 8, 9, 0)] },
      }),
      chunk([{ text: ' und 2' }], {
        groundingMetadata: { groundingChunks: [web('b')], groundingSupports: [support('2', 14, 15, 1)] },
        finishReason: 'STOP',
      }),
    );
    const [part] = contentOf(decoded) ?? [];
    const citation = (url: string, start: number) => ({ url, title: url, citedText: null, start, end: start + 1 });
    assert.deepEqual(part?.type === 'text' && part.citations, [citation('a', 6), citation('b', 12)]);
  });
});
