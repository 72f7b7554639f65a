import type { ChatResponse } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { decodeBlocks } from './decode-content.ts';
import { decodeStopReason } from './finish-reason.ts';
import { ownExtensions } from './own.ts';
import { decodeUsage } from './usage.ts';

export function decodeConverseResponse(body: JsonObject): ChatResponse | null {
  const { output, stopReason, usage, serviceTier, ...others } = body;
  const message = isJsonObject(output) ? output['message'] : null;
  if (!isJsonObject(message) || !Array.isArray(message['content'])) return null;
  const content = decodeBlocks(message['content'], 'model');
  return {
    id: null,
    model: routedModel(body['trace']),
    createdS: null,
    choices: [{ index: 0, content, finish: decodeStopReason(stopReason), stopSequence: stopOf(body), logprobs: null }],
    usage: decodeUsage(usage),
    serviceTier: tierOf(serviceTier),
    ...ownExtensions(others),
  };
}

export function tierOf(serviceTier: unknown): string | null {
  const type = isJsonObject(serviceTier) ? serviceTier['type'] : null;
  return typeof type === 'string' ? type : null;
}

/** Only a prompt router says which model answered. */
function routedModel(trace: unknown): string | null {
  const router = isJsonObject(trace) ? trace['promptRouter'] : null;
  const model = isJsonObject(router) ? router['invokedModelId'] : null;
  return typeof model === 'string' ? model : null;
}

/** Told if the request asked for `/stop_sequence` among the model's own fields. */
export function stopOf({ additionalModelResponseFields: fields }: JsonObject): string | null {
  const stop = isJsonObject(fields) ? fields['stop_sequence'] : null;
  return typeof stop === 'string' ? stop : null;
}
