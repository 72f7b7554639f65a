import type { ChatResponse, Choice, ContentPart, TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { writeServiceTier, writeUsage } from '../google/usage.ts';
import { asObject } from '../loosely.ts';
import { searchesIn, writeGrounding } from './citations.ts';
import { writeCall } from './encode-contents.ts';
import { writeFinishReason } from './finish-reason.ts';
import { isMedia, writeMedia } from './media.ts';
import { ownOf, signatureOf } from './own.ts';

export function encodeResponse(response: ChatResponse, { request, exchangeId }: AnswerContext): JsonObject {
  const { choices, usage, model, id, serviceTier } = response;
  const ownMembers = ownOf(response) ?? {};
  const isBlocked = isPromptBlocked(ownMembers) && choices.every(({ content }) => content.length === 0);
  const tier = writeServiceTier(serviceTier);
  const usageMetadata =
    usage === null ? null : { ...writeUsage(usage), ...(tier === null ? {} : { serviceTier: tier }) };
  return {
    ...(isBlocked ? {} : { candidates: choices.map(candidateOf) }),
    ...(usageMetadata === null ? {} : { usageMetadata }),
    modelVersion: model ?? request.model,
    responseId: id ?? exchangeId,
    ...ownMembers,
  };
}

export function isPromptBlocked(ownMembers: JsonObject): boolean {
  return typeof asObject(ownMembers['promptFeedback'])?.['blockReason'] === 'string';
}

function candidateOf(choice: Choice): JsonObject {
  const { content, finish, index, logprobs } = choice;
  return {
    content: { parts: content.flatMap(answerPart), role: 'model' },
    finishReason: writeFinishReason(finish),
    index,
    ...(logprobs === null ? {} : { logprobsResult: writeLogprobs(logprobs) }),
    ...(ownOf(choice) ?? groundingOf(content)),
  };
}

function groundingOf(content: readonly ContentPart[]): JsonObject {
  const texts = content.flatMap((part, block) =>
    part.type === 'text' ? [{ block, part: block, text: part.text, citations: part.citations ?? [] }] : [],
  );
  const grounding = writeGrounding(texts, content.flatMap(searchesIn));
  return grounding === null ? {} : { groundingMetadata: grounding };
}

/** A part as a client gets it; seals of all makers, wrapped, so that it can bring them back. */
export function answerPart(part: ContentPart): JsonObject[] {
  if (part.type === 'text') return [{ text: part.text, ...signed(part.seal ?? null), ...ownOf(part) }];
  if (part.type === 'refusal') return [{ text: part.text }];
  if (part.type === 'reasoning') return [{ text: part.text, thought: true, ...signed(part.seal), ...ownOf(part) }];
  if (part.type === 'tool-call') return [{ ...writeCall(part), ...signed(part.seal ?? null) }];
  if (part.type === 'opaque') return part.dialect === 'gemini-generate' ? [part.raw] : [];
  const written = isMedia(part) ? writeMedia(part) : null;
  return written === null ? [] : [written];
}

function signed(seal: Parameters<typeof signatureOf>[0] | null): JsonObject {
  return seal === null ? {} : { thoughtSignature: signatureOf(seal) };
}

export function writeLogprobs(logprobs: readonly TokenLogprob[]): JsonObject {
  const chosenCandidates = logprobs.map(candidateToken);
  if (logprobs.every(({ top }) => top.length === 0)) return { chosenCandidates };
  return { chosenCandidates, topCandidates: logprobs.map(({ top }) => ({ candidates: top.map(candidateToken) })) };
}

function candidateToken({ token, logprob }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logProbability: logprob };
}
