import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, Splice } from '../dialect.ts';
import { asText } from '../loosely.ts';
import { decodeSeal, makerOf } from '../openai-responses-items/seals.ts';
import { SUMMARY_PREFIX, summaryMessage } from '../openai-responses-items/summary.ts';
import { isMadeUp, MADE_UP } from '../openai-responses-items/web-search.ts';
import { withBody } from '../received.ts';
import { isWrapped } from '../seal.ts';
import { spliceBody } from '../splice.ts';

/** The stream's usage comes unasked, and the limit has a name of its own here. */
export function spliceResponses(request: ReceivedRequest, { model, maxOutput }: Splice): Buffer {
  const limit = maxOutput === null ? null : ({ field: 'max_output_tokens', tokens: maxOutput.tokens } as const);
  return spliceBody(readableUpstream(request, model), { model, addUsage: false, maxOutput: limit });
}

/**
 * Thoughts of an answer that was translated are echoed in our wrapping, which no upstream reads: those of its own maker
 * are unwrapped, the others left out, as are searches that another provider ran; our compactions are the summaries they
 * hold. Every other request stays as it is, to the byte.
 */
function readableUpstream(request: ReceivedRequest, model: string): ReceivedRequest {
  const { body, bytes } = request;
  const { input } = body;
  if (!Array.isArray(input) || !(isWrapped(bytes) || OURS.some((mark) => bytes.includes(mark)))) return request;
  return withBody(request, { ...body, input: input.flatMap((item: unknown) => readable(item, model)) });
}

const OURS = [SUMMARY_PREFIX, MADE_UP];

function readable(item: unknown, model: string): readonly unknown[] {
  if (!isJsonObject(item)) return [item];
  if (isMadeUp(item)) return [];
  const summary = summaryMessage(item);
  return summary === null ? ownThought(item, model) : [summary];
}

function ownThought(item: JsonObject, model: string): readonly JsonObject[] {
  if (item['type'] !== 'reasoning' || !isWrapped(item['encrypted_content'])) return [item];
  const seal = decodeSeal(item['encrypted_content'], asText(item['id']), null, model, false);
  if (seal === null || seal.format !== makerOf(model)) return [];
  return [{ ...item, id: seal.id ?? item['id'], encrypted_content: seal.value }];
}
