import type { ChatResponse } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { asText } from '../loosely.ts';
import { ownOf } from './own.ts';

const TIERS: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

type Head = Pick<ChatResponse, 'id' | 'model' | 'createdS' | 'serviceTier' | 'extensions'>;

const WHOLE_CHAT = 'chat.completion';

/**
 * What stands at the head of an answer and of each of its chunks. A fingerprint has no place for null in the schema: in
 * chunks it is there if the upstream gave one, in a whole chat always, for OpenRouter's SDK reads none without it.
 */
export function headOf(head: Head, object: string, prefix: string, context: AnswerContext): JsonObject {
  const { id, model, createdS, serviceTier } = head;
  const tier = serviceTier === 'standard' ? 'default' : serviceTier;
  const fingerprint = asText(ownOf(head)?.['system_fingerprint']);
  return {
    id: id ?? `${prefix}-${context.exchangeId}`,
    object,
    created: Math.floor(createdS ?? context.startedS),
    model: model ?? context.received.model,
    service_tier: TIERS.has(tier) ? tier : null,
    ...(fingerprint === null && object !== WHOLE_CHAT ? {} : { system_fingerprint: fingerprint ?? '' }),
  };
}

/** The client names its tools by `functions` and expects the one call in `function_call`. */
export function callsTheOldWay({ received: { body } }: AnswerContext): boolean {
  return Array.isArray(body['functions']) && !Array.isArray(body['tools']);
}

/** OpenRouter's `exclude`: thoughts are paid for and not shown. */
export function showsThoughts({ request }: AnswerContext): boolean {
  return request.reasoning?.isShown !== false;
}

/** What an audio answer is known by, if its dialect had a name for it. */
export function audioId(raw: JsonObject | null, context: AnswerContext): string {
  const id = isJsonObject(raw) ? asText(raw['id']) : null;
  return id ?? `audio_${context.exchangeId}`;
}
