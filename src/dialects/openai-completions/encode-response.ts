import type { ChatResponse, Choice, FinishReason, TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { headOf } from '../openai/client.ts';
import { encodeUsage } from '../openai-chat/usage.ts';
import { promptOf } from './decode-request.ts';

export function encodeCompletionResponse(response: ChatResponse, context: AnswerContext): JsonObject {
  const choices = response.choices.map((choice) => encodeChoice(choice, echoed(context)));
  const usage = response.usage === null ? {} : { usage: encodeUsage(response.usage) };
  return { ...headOf(response, 'text_completion', 'cmpl', context), choices, ...usage };
}

/** A refusal is all that was said. */
function encodeChoice({ index, content, finish, logprobs }: Choice, echo: string): JsonObject {
  const text = content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('');
  return {
    text: echo + text,
    index,
    logprobs: encodeOldLogprobs(logprobs, echo.length),
    finish_reason: encodeOldFinish(finish),
  };
}

/** The prompt, for clients that want it in front of the answer. */
export function echoed({ received: { body } }: AnswerContext): string {
  return body['echo'] === true ? promptOf(body) : '';
}

export function encodeOldFinish({ unified }: FinishReason): 'stop' | 'length' | 'content_filter' {
  if (unified === 'content-filter') return 'content_filter';
  return unified === 'length' || unified === 'error' ? 'length' : 'stop';
}

/** Columns, and where each token begins in the text, counted from `offset`. */
export function encodeOldLogprobs(tokens: readonly TokenLogprob[] | null, offset: number): JsonObject | null {
  if (tokens === null) return null;
  let at = offset;
  const offsets = tokens.map(({ token }) => {
    const begin = at;
    at += token.length;
    return begin;
  });
  return {
    text_offset: offsets,
    token_logprobs: tokens.map(({ logprob }) => logprob),
    tokens: tokens.map(({ token }) => token),
    top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
  };
}
