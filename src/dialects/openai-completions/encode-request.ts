import type { ChatRequest, ContentPart, Message } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { type Encoding, isKnown, leaveOut } from '../openai/encoding.ts';
import { encodeSampling, takesSampling } from '../openai/sampling.ts';

/** What a chat asks for and a model that goes on with a text has no notion of. */
const wishes: readonly (readonly [field: string, isAsked: (request: ChatRequest) => boolean])[] = [
  ['tools', ({ tools }) => tools.length > 0],
  ['response_format', ({ output }) => output.type !== 'text'],
  ['reasoning', ({ reasoning }) => reasoning !== null && reasoning.mode !== 'off'],
  ['verbosity', ({ verbosity }) => verbosity !== null],
  ['modalities', ({ modalities }) => modalities?.some((modality) => modality !== 'text') === true],
];

export function encodeCompletionRequest(request: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const mine = request.extensions?.['openai-completions'];
  const encoding: Encoding = { target, isOwn: mine !== undefined, warnings: [] };
  for (const [field, isAsked] of wishes) {
    if (isAsked(request)) leaveOut(encoding, field, "OpenAI's completions API has no such parameter: it was left out.");
  }
  const { stream, endUser } = request;
  const body = {
    ...mine,
    model: target.model,
    prompt: encodePrompt(request.messages, encoding),
    ...encodeSampling(request.sampling, encoding),
    ...encodeLogprobsWish(request, encoding),
    // There is but one name for the limit here.
    ...(target.maxOutputTokens === null ? {} : { max_tokens: target.maxOutputTokens }),
    ...(endUser === null || !(encoding.isOwn || isKnown('user', encoding)) ? {} : { user: endUser }),
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
  };
  return { body, headers: [], warnings: encoding.warnings };
}

function encodeLogprobsWish({ sampling }: ChatRequest, encoding: Encoding): JsonObject {
  const { logprobs, topLogprobs } = sampling;
  if (logprobs !== true || !takesSampling('sampling.logprobs', encoding)) return {};
  return { logprobs: topLogprobs ?? 0 };
}

/** Turns in their order with a blank line between them: how a model marks them is its own affair. */
function encodePrompt(messages: readonly Message[], encoding: Encoding): string {
  if (messages.length > 1)
    leaveOut(encoding, 'messages', "OpenAI's completions API has no turns: their texts became one prompt.");
  return messages
    .flatMap(({ content }) => content.map((part) => textOf(part, encoding)))
    .filter((text) => text !== '')
    .join('\n\n');
}

function textOf(part: ContentPart, encoding: Encoding): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'tool-result') return part.content.map((each) => textOf(each, encoding)).join('\n\n');
  if (part.type !== 'reasoning') leaveOut(encoding, `content.${part.type}`, 'A prompt is text: it was left out.');
  return '';
}
