import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, Splice } from '../dialect.ts';
import { asText } from '../loosely.ts';
import { isWrapped } from '../seal.ts';
import { spliceBody } from '../splice.ts';
import { decodeSeal, makerOf } from './seals.ts';
import { withBody } from './threading.ts';

/** The stream's usage comes unasked, and the limit has a name of its own here. */
export function spliceResponses(request: ReceivedRequest, { model, maxOutput }: Splice): Buffer {
  const limit = maxOutput === null ? null : ({ field: 'max_output_tokens', tokens: maxOutput.tokens } as const);
  return spliceBody(withOwnSeals(request, model), { model, addUsage: false, maxOutput: limit });
}

/**
 * Thoughts of an answer that was translated are echoed in our wrapping, which no upstream reads: those of its own maker
 * are unwrapped, the others left out. Every other request stays as it is, to the byte.
 */
function withOwnSeals(request: ReceivedRequest, model: string): ReceivedRequest {
  const { body, bytes } = request;
  const { input } = body;
  if (!Array.isArray(input) || !isWrapped(bytes)) return request;
  return withBody(request, { ...body, input: input.flatMap((item: unknown) => ownThought(item, model)) });
}

function ownThought(item: unknown, model: string): readonly unknown[] {
  if (!isJsonObject(item) || item['type'] !== 'reasoning' || !isWrapped(item['encrypted_content'])) return [item];
  const seal = decodeSeal(item['encrypted_content'], asText(item['id']), null, model, false);
  if (seal === null || seal.format !== makerOf(model)) return [];
  const opened: JsonObject = { ...item, id: seal.id ?? item['id'], encrypted_content: seal.value };
  return [opened];
}
