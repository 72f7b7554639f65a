import type { ChatRequest, ContentPart, Message, Warning } from '../../inference/index.ts';
import type { EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { leftOut } from '../left-out.ts';
import { asText } from '../loosely.ts';
import { spokenParts } from '../ollama-chat/decode-messages.ts';
import { unsaid } from '../ollama-chat/decode-request.ts';
import { encodeSpoken } from '../ollama-chat/encode-messages.ts';
import { extensionsOf, readOptions, writeLogprobs, writeOptions } from '../ollama-chat/options.ts';
import { readFormat, readThink, warnings as warningsOf, writeFormat, writeThink } from '../ollama-chat/wishes.ts';

/** `suffix`, `template`, `raw` and `context` have no canonical form: they are for Ollama alone. */
const KNOWN = new Set([
  'model',
  'prompt',
  'system',
  'images',
  'stream',
  'format',
  'options',
  'think',
  'logprobs',
  'top_logprobs',
]);

export function decodeRequest({ body, model, stream }: ReceivedRequest): ChatRequest {
  const { rest, ...wishes } = readOptions(body);
  const system = asText(body['system']) ?? '';
  const instructions: readonly Message[] =
    system === '' ? [] : [{ role: 'system', rank: 'system', content: [{ type: 'text', text: system }] }];
  const turn = { content: body['prompt'], images: body['images'] };
  return {
    ...unsaid,
    ...wishes,
    model,
    stream,
    messages: [...instructions, { role: 'user', content: spokenParts(turn), name: null }],
    tools: [],
    output: readFormat(body['format']),
    reasoning: readThink(body['think']),
    extensions: { 'ollama-generate': extensionsOf(body, KNOWN, rest) },
  };
}

export function encodeRequest(request: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const warnings = warningsOf(request, target.facts);
  const { system, turn } = partsOf(request.messages, warnings);
  if (request.tools.length > 0) warnings.push(leftOut('tools', "Ollama's generate API"));
  const { content: prompt, ...images } = encodeSpoken(turn, warnings);
  const { options: _, ...own } = request.extensions?.['ollama-generate'] ?? {};
  const body = {
    model: target.model,
    prompt,
    ...images,
    ...(system === '' ? {} : { system }),
    ...writeFormat(request.output),
    options: writeOptions(request, target.maxOutputTokens, 'ollama-generate'),
    ...writeThink(request.reasoning, target.facts),
    ...writeLogprobs(request.sampling),
    stream: request.stream,
    ...own,
  };
  return { body, headers: [], warnings };
}

type Prompt = { readonly system: string; readonly turn: readonly ContentPart[] };

/** There is room for the instructions and the last turn of the user. */
function partsOf(messages: readonly Message[], warnings: Warning[]): Prompt {
  const instructions = messages.flatMap(({ role, content }) => (role === 'system' ? content : []));
  const turns = messages.filter(({ role }) => role !== 'system');
  const last = turns.findLast(({ role }) => role === 'user');
  if (turns.length > (last === undefined ? 0 : 1)) {
    const message = "Ollama's generate API takes one turn: all but the user's last one were left out.";
    warnings.push({ field: 'messages', message });
  }
  return { system: instructions.map(({ text }) => text).join('\n\n'), turn: last?.content ?? [] };
}
