import type { ChatResponse, Choice, ContentPart, ToolCallPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { audioId, callsTheOldWay, headOf, showsThoughts } from '../openai/client.ts';
import { ownOf } from '../openai/own.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { encodeAnnotation, encodeImage, encodeLogprobs } from './answer-details.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { detailsOfThought, extraContent, sealDetail } from './thoughts.ts';
import { argumentsOf, encodeToolCall } from './tool-calls.ts';
import { encodeUsage } from './usage.ts';

export function encodeChatResponse(response: ChatResponse, context: AnswerContext): JsonObject {
  const head = headOf(response, 'chat.completion', 'chatcmpl', context);
  const choices = response.choices.map((choice) => encodeChoice(choice, context));
  return { ...head, choices, ...(response.usage === null ? {} : { usage: encodeUsage(response.usage) }) };
}

function encodeChoice({ index, content, finish, logprobs }: Choice, context: AnswerContext): JsonObject {
  const word = encodeFinishReason(finish);
  return {
    index,
    message: encodeMessage(content, context),
    logprobs: encodeLogprobs(logprobs),
    finish_reason: word === 'tool_calls' && callsTheOldWay(context) ? 'function_call' : word,
  };
}

function encodeMessage(content: readonly ContentPart[], context: AnswerContext): JsonObject {
  const said = { text: '', refusal: '', thoughts: '', hasText: false };
  const annotations: JsonObject[] = [];
  const images: JsonObject[] = [];
  for (const part of content) {
    if (part.type === 'text') {
      said.hasText = true;
      said.text += part.text;
      for (const citation of part.citations ?? []) annotations.push(...listed(encodeAnnotation(citation)));
    } else if (part.type === 'refusal') said.refusal += part.text;
    else if (part.type === 'reasoning') said.thoughts += part.text;
    else if (part.type === 'image') images.push(...listed(encodeImage(part)));
  }
  return {
    role: 'assistant',
    content: said.hasText ? said.text : null,
    refusal: said.refusal === '' ? null : said.refusal,
    annotations,
    ...(showsThoughts(context) ? encodeThoughts(content, said.thoughts) : {}),
    ...encodeCalls(content, context),
    ...(images.length === 0 ? {} : { images }),
    ...encodeAudio(content, context),
  };
}

function listed(object: JsonObject | null): readonly JsonObject[] {
  return object === null ? [] : [object];
}

/**
 * Thoughts in DeepSeek's word, which most clients show, and as OpenRouter's entries, which a client echoes: they carry
 * every maker's seal, and those of calls under the call's id.
 */
function encodeThoughts(content: readonly ContentPart[], text: string): JsonObject {
  const details: JsonObject[] = [];
  for (const part of content) {
    if (part.type === 'reasoning') details.push(...detailsOfThought(part, details.length));
    else if (part.type === 'tool-call' && part.seal !== undefined)
      details.push(sealDetail(part.seal, part.id, details.length));
    else if (part.type === 'text' && part.seal !== undefined) details.push(sealDetail(part.seal, null, details.length));
  }
  if (text === '' && details.length === 0) return {};
  return { reasoning_content: text === '' ? null : text, reasoning_details: details };
}

function encodeCalls(content: readonly ContentPart[], context: AnswerContext): JsonObject {
  const calls = content.filter((part) => part.type === 'tool-call');
  const [first] = calls;
  if (first === undefined) return {};
  if (!callsTheOldWay(context)) return { tool_calls: calls.map(encodeCall) };
  return { function_call: { name: flatToolName(first), arguments: argumentsOf(first.input) } };
}

/** Google's compatible endpoint has its signature here, and clients made for it echo it from here. */
function encodeCall(call: ToolCallPart): JsonObject {
  const encoded = encodeToolCall(call, flatToolName(call));
  const { seal } = call;
  return seal?.format === 'google-gemini-v1' ? { ...encoded, extra_content: extraContent(seal) } : encoded;
}

function encodeAudio(content: readonly ContentPart[], context: AnswerContext): JsonObject {
  const audio = content.find((part) => part.type === 'audio');
  if (audio?.type !== 'audio' || audio.media.kind !== 'base64') return {};
  return { audio: audioOf(audio.media.base64, audio.transcript, audioId(ownOf(audio), context), context) };
}

/** The hour that OpenAI keeps audio for; ours is kept by nobody. */
const AUDIO_KEPT_S = 3_600;

export function audioOf(data: string, transcript: string | null, id: string, { startedS }: AnswerContext): JsonObject {
  return { id, data, transcript: transcript ?? '', expires_at: Math.floor(startedS) + AUDIO_KEPT_S };
}
