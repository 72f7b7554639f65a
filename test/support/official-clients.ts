import Anthropic from '@anthropic-ai/sdk';
import { type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { ChatResponse, DialectId } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import { type FinishWords, flatName, inputOf, type Told, toldIn, withObjects } from './told.ts';

/** An official SDK, and what it makes of an answer that it is given. */
export type OfficialClient = {
  readonly dialect: DialectId;
  /** The least that it can ask, in its dialect. */
  readonly asks: JsonObject;
  /** What it is to be told of an answer, as its dialect has it. */
  readonly expects: (answer: ChatResponse, stream: boolean) => Told;
  readonly readPlain: (body: Buffer) => Promise<Told>;
  readonly readStream: (body: Buffer) => Promise<Told>;
};

const BASE_URL = 'http://gateway.test';
const ASKED = [{ role: 'user' as const, content: 'Hi' }];

/** Answers a client's next call, without a network. */
function answering(): { readonly fetch: typeof fetch; readonly give: (body: Buffer, type: string) => void } {
  let next = new Response(null, { status: 500 });
  return {
    fetch: () => Promise.resolve(next),
    give: (body, type) => {
      next = new Response(Uint8Array.from(body), { headers: { 'content-type': type } });
    },
  };
}

function openOpenAi() {
  const { fetch, give } = answering();
  return { give, client: new OpenAI({ apiKey: 'k', baseURL: `${BASE_URL}/v1`, maxRetries: 0, fetch }) };
}

function openAiChat(): OfficialClient {
  const { client, give } = openOpenAi();
  const words: FinishWords = {
    stop: 'stop',
    length: 'length',
    'tool-calls': 'tool_calls',
    'content-filter': 'content_filter',
    error: 'length',
    other: 'stop',
  };
  const told = ({ choices, usage }: OpenAI.ChatCompletion): Told => ({
    text: `${choices[0]?.message.content ?? ''}${choices[0]?.message.refusal ?? ''}`,
    calls: (choices[0]?.message.tool_calls ?? []).map((call) =>
      call.type === 'function'
        ? { id: call.id, name: call.function.name, input: inputOf(call.function.arguments) }
        : { id: call.id, name: call.custom.name, input: inputOf(call.custom.input) },
    ),
    finish: choices[0]?.finish_reason ?? null,
    usage: usage
      ? {
          input: usage.prompt_tokens,
          output: usage.completion_tokens,
          cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
        }
      : null,
  });
  const params = { model: 'm', messages: ASKED };
  return {
    dialect: 'openai-chat',
    asks: { ...params, stream_options: { include_usage: true } },
    expects: (answer) => toldIn(answer, words, flatName),
    readPlain: async (body) => {
      give(body, 'application/json');
      return told(await client.chat.completions.create(params));
    },
    readStream: async (body) => {
      give(body, 'text/event-stream');
      return told(await client.chat.completions.stream(params).finalChatCompletion());
    },
  };
}

function openAiResponses(): OfficialClient {
  const { client, give } = openOpenAi();
  const words: FinishWords = {
    stop: 'completed',
    length: 'incomplete: max_output_tokens',
    'tool-calls': 'completed',
    'content-filter': 'incomplete: content_filter',
    error: 'failed',
    other: 'completed',
  };
  const told = ({ output, usage, status, incomplete_details: incomplete }: OpenAI.Responses.Response): Told => ({
    text: output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'output_text' ? part.text : part.refusal))
      .join(''),
    calls: output.flatMap((item) => {
      if (item.type === 'function_call') return [{ id: item.call_id, name: item.name, input: inputOf(item.arguments) }];
      return item.type === 'custom_tool_call'
        ? [{ id: item.call_id, name: item.name, input: inputOf(item.input) }]
        : [];
    }),
    finish: incomplete?.reason ? `${status}: ${incomplete.reason}` : (status ?? null),
    usage: usage
      ? { input: usage.input_tokens, output: usage.output_tokens, cached: usage.input_tokens_details.cached_tokens }
      : null,
  });
  const params = { model: 'm', input: 'Hi' };
  return {
    dialect: 'openai-responses',
    asks: params,
    expects: (answer) => toldIn(answer, words),
    readPlain: async (body) => {
      give(body, 'application/json');
      return told(await client.responses.create(params));
    },
    readStream: async (body) => {
      give(body, 'text/event-stream');
      return told(await client.responses.stream(params).finalResponse());
    },
  };
}

function anthropicMessages(): OfficialClient {
  const { fetch, give } = answering();
  const client = new Anthropic({ apiKey: 'k', baseURL: BASE_URL, maxRetries: 0, fetch });
  const words: FinishWords = {
    stop: 'end_turn',
    length: 'max_tokens',
    'tool-calls': 'tool_use',
    'content-filter': 'refusal',
    error: 'end_turn',
    other: 'end_turn',
  };
  const told = ({ content, stop_reason: finish, usage }: Anthropic.Message): Told => ({
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    ),
    finish,
    usage: {
      input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      output: usage.output_tokens,
      cached: usage.cache_read_input_tokens ?? 0,
    },
  });
  const params = { model: 'm', max_tokens: 1, messages: ASKED };
  return {
    dialect: 'anthropic-messages',
    asks: params,
    expects: (answer, stream) => {
      const told = toldIn(answer, { ...words, ...stopWords(answer) }, flatName);
      const calls = told.calls.map((call) => ({ ...call, id: anthropicId(call.id) }));
      const said = { ...told, calls, usage: told.usage ?? { input: 0, output: 0, cached: 0 } };
      return stream ? said : withObjects(said);
    },
    readPlain: async (body) => {
      give(body, 'application/json');
      return told(await client.messages.create(params));
    },
    readStream: async (body) => {
      give(body, 'text/event-stream');
      const stream = client.messages.stream(params);
      const inputs = new Map<number, string>();
      for await (const event of stream) {
        if (event.type !== 'content_block_delta' || event.delta.type !== 'input_json_delta') continue;
        inputs.set(event.index, (inputs.get(event.index) ?? '') + event.delta.partial_json);
      }
      const message = await stream.finalMessage();
      const calls = message.content.flatMap((block, at) =>
        block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: inputOf(inputs.get(at) ?? '') }] : [],
      );
      return { ...told(message), calls };
    },
  };
}

function stopWords({ choices: [choice] }: ChatResponse): { readonly stop: string } | null {
  if (choice?.content.some(({ type }) => type === 'refusal')) return { stop: 'refusal' };
  return (choice?.stopSequence ?? null) === null ? null : { stop: 'stop_sequence' };
}

/** Ids of Anthropic's have letters, digits, `_` and `-`; others go by their codes. */
function anthropicId(id: string): string {
  return id.replace(/[^\w-]/g, (letter) => `_${letter.charCodeAt(0).toString(16)}`);
}

/** Google's SDK takes no `fetch` of ours: the process has that one while it is asked. */
function geminiGenerate(): OfficialClient {
  const { fetch: answer, give } = answering();
  const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: BASE_URL } });
  const words: FinishWords = {
    stop: 'STOP',
    length: 'MAX_TOKENS',
    'tool-calls': 'STOP',
    'content-filter': 'SAFETY',
    error: 'MALFORMED_RESPONSE',
    other: 'OTHER',
  };
  const params = { model: 'm', contents: 'Hi' };
  const instead = async <T>(ask: () => Promise<T>): Promise<T> => {
    const theirs = globalThis.fetch;
    globalThis.fetch = answer;
    try {
      return await ask();
    } finally {
      globalThis.fetch = theirs;
    }
  };
  return {
    dialect: 'gemini-generate',
    asks: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    expects: (answer) => withObjects(toldIn(answer, words, flatName)),
    readPlain: async (body) => {
      give(body, 'application/json');
      return toldByGoogle([await instead(() => client.models.generateContent(params))]);
    },
    readStream: async (body) => {
      give(body, 'text/event-stream');
      return toldByGoogle(
        await instead(async () => Array.fromAsync(await client.models.generateContentStream(params))),
      );
    },
  };
}

function toldByGoogle(chunks: readonly GenerateContentResponse[]): Told {
  const firsts = chunks.flatMap(({ candidates }) => candidates?.filter(({ index }) => (index ?? 0) === 0) ?? []);
  const parts = firsts.flatMap(({ content }) => content?.parts ?? []);
  const usage = chunks.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
  return {
    text: parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join(''),
    calls: parts.flatMap(({ functionCall: call }) =>
      call === undefined ? [] : [{ id: call.id ?? '', name: call.name ?? '', input: call.args ?? {} }],
    ),
    finish: firsts.findLast(({ finishReason }) => finishReason)?.finishReason ?? null,
    usage: usage
      ? {
          input: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
          output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
          cached: usage.cachedContentTokenCount ?? 0,
        }
      : null,
  };
}

/** The dialects of which agents and applications are written. */
export const officialClients: readonly OfficialClient[] = [
  openAiChat(),
  openAiResponses(),
  anthropicMessages(),
  geminiGenerate(),
];
