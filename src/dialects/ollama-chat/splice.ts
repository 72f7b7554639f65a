import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, Splice } from '../dialect.ts';
import { spliceBody, spliceMembers } from '../splice.ts';

/** Ollama keeps the output limit among the options, and sends usage unasked. */
export function spliceOptions(request: ReceivedRequest, { model, maxOutput }: Splice): Buffer {
  if (maxOutput === null) return spliceBody(request, { model, addUsage: false, maxOutput });
  const options: JsonObject = isJsonObject(request.body['options']) ? request.body['options'] : {};
  return spliceMembers(request, { model, options: { ...options, num_predict: maxOutput.tokens } });
}
