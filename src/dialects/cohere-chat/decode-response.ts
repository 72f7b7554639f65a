import type { ChatResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asObject, asObjects, asText } from '../loosely.ts';
import { readAssistant } from './assistant.ts';
import { readLogprobs } from './logprobs.ts';
import { readFinish, readUsage } from './usage.ts';

export function decodeResponse(body: JsonObject): ChatResponse | null {
  const message = asObject(body['message']);
  if (message === null) return null;
  const logprobs = readLogprobs(asObjects(body['logprobs']));
  return {
    id: asText(body['id']),
    model: null,
    createdS: null,
    choices: [
      {
        index: 0,
        content: readAssistant(message),
        finish: readFinish(body['finish_reason']),
        stopSequence: null,
        logprobs: logprobs.length === 0 ? null : logprobs,
      },
    ],
    usage: readUsage(body['usage']),
    serviceTier: null,
  };
}
