import type { ChatResponse, Choice, ContentPart, TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { readServiceTier, readUsage } from '../google/usage.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { type CitedText, readCitations } from './citations.ts';
import { decodePart } from './decode-part.ts';
import { blocked, readFinishReason } from './finish-reason.ts';
import { others, own } from './own.ts';

const BODY = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId']);
const CANDIDATE = new Set(['content', 'finishReason', 'index', 'logprobsResult']);

/** A blocked prompt has no candidate: it is an answer without content. */
export function decodeResponse(body: JsonObject): ChatResponse | null {
  const { candidates, promptFeedback, usageMetadata } = body;
  const blockReason = asText(asObject(promptFeedback)?.['blockReason']);
  if (!Array.isArray(candidates) && blockReason === null && usageMetadata === undefined) return null;
  const nameCall = callNames(asText(body['responseId']));
  const choices = asObjects(candidates).map((candidate, index) => choiceOf(candidate, index, nameCall));
  const isBlocked = choices.length === 0 && blockReason !== null;
  return {
    ...headOf(body),
    choices: isBlocked ? [{ ...EMPTY, finish: blocked(blockReason) }] : choices,
    usage: readUsage(usageMetadata),
    ...own(others(body, BODY)),
  };
}

const EMPTY = { index: 0, content: [], stopSequence: null, logprobs: null } as const;

type Head = Pick<ChatResponse, 'id' | 'model' | 'createdS' | 'serviceTier'>;

export function headOf(body: JsonObject): Head {
  const created = Date.parse(asText(body['createTime']) ?? '');
  return {
    id: asText(body['responseId']),
    model: asText(body['modelVersion']),
    createdS: Number.isNaN(created) ? null : Math.floor(created / 1_000),
    serviceTier: readServiceTier(asObject(body['usageMetadata'])?.['serviceTier']),
  };
}

/**
 * Ids for calls without one, unlike in all answers of a conversation: clients of other dialects bring them back
 * together.
 */
export function callNames(responseId: string | null): () => string {
  const base = responseId === null ? 'call' : `call_${responseId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 24)}`;
  let count = 0;
  return () => `${base}_${count++}`;
}

function choiceOf(candidate: JsonObject, place: number, nameCall: () => string): Choice {
  const parts = asObjects(asObject(candidate['content'])?.['parts']);
  const content = parts.map((part) => decodePart(part, nameCall));
  const callsTools = content.some(({ type }) => type === 'tool-call');
  return {
    index: asNumber(candidate['index']) ?? place,
    content: withCitations(candidate, content),
    finish: readFinishReason(asText(candidate['finishReason']) ?? 'FINISH_REASON_UNSPECIFIED', callsTools),
    stopSequence: null,
    logprobs: readLogprobs(candidate['logprobsResult']),
    ...own(others(candidate, CANDIDATE)),
  };
}

function withCitations(candidate: JsonObject, content: readonly ContentPart[]): readonly ContentPart[] {
  if (candidate['groundingMetadata'] === undefined && candidate['citationMetadata'] === undefined) return content;
  const texts = content.flatMap((part, block): CitedText[] =>
    part.type === 'text' ? [{ block, part: block, text: part.text }] : [],
  );
  const placed = Map.groupBy(readCitations(candidate, texts), ({ block }) => block);
  return content.map((part, block) => {
    const citations = placed.get(block)?.map(({ citation }) => citation);
    return part.type === 'text' && citations !== undefined ? { ...part, citations } : part;
  });
}

/** null: there are none. */
export function readLogprobs(result: unknown): readonly TokenLogprob[] | null {
  const object = asObject(result);
  if (object === null) return null;
  const alternatives = asObjects(object['topCandidates']);
  return asObjects(object['chosenCandidates']).map((chosen, step) => ({
    ...tokenOf(chosen),
    top: asObjects(alternatives[step]?.['candidates']).map(tokenOf),
  }));
}

function tokenOf(candidate: JsonObject): Omit<TokenLogprob, 'top'> {
  const { token, logProbability } = candidate;
  return { token: asText(token) ?? '', logprob: asNumber(logProbability) ?? 0, bytes: null };
}
