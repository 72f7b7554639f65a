import type { FinishReason, Usage } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';
import { NO_CALLS, type ObservedCall } from './calls-seen.ts';
import { NO_TEXTS, type ObservedText } from './texts-seen.ts';

/** How the answer's dialect words what is looked for; handed in, for this room knows no wire format. */
export type WireWords = {
  /** null: the value holds no usage. */
  readonly readUsage: (usage: unknown) => Usage | null;
  readonly unifiedReason: (reason: string) => FinishReason['unified'];
};

/** What was seen in an answer's bytes as they flowed by. */
export type Observation = {
  /** null: the answer named none. */
  readonly usage: Usage | null;
  /** `id` of the body: the upstream's, not unique. */
  readonly upstreamId: string | null;
  readonly model: string | null;
  readonly finishReason: FinishReason | null;
  /** The tier of service that it was served at, as the upstream calls it; null: it does not say. */
  readonly serviceTier: string | null;
  /** Bytes of generated text, reasoning and tool calls, never too few; for an estimate where `usage` is null. */
  readonly contentBytes: number;
  /** Calls of functions; none too where nobody looked for them. */
  readonly calls: readonly ObservedCall[];
  /** What each choice said; none of a stream where nobody looked for it. */
  readonly texts: readonly ObservedText[];
  /** An error object in an answer whose status said that all was well; `status` is what it should have been. */
  readonly error: {
    readonly message: string;
    readonly code: string | null;
    readonly type?: string;
    readonly status?: number;
  } | null;
};

/** The same while it is being gathered. */
export type Seen = { -readonly [Member in keyof Observation]: Observation[Member] };

export function nothingSeen(): Seen {
  return {
    usage: null,
    upstreamId: null,
    model: null,
    finishReason: null,
    serviceTier: null,
    contentBytes: 0,
    calls: NO_CALLS,
    texts: NO_TEXTS,
    error: null,
  };
}

/**
 * Adds what one JSON object says (a whole plain answer, or an event of a stream) to what was seen before it. The last
 * usage counts: providers that send it more than once send it growing. The first id and model stay.
 */
export function see(seen: Seen, body: JsonObject, { readUsage, unifiedReason }: WireWords): void {
  seen.upstreamId ??= textIn(body['id']);
  seen.model ??= textIn(body['model']);
  seen.serviceTier = textIn(body['service_tier']) ?? seen.serviceTier;
  const groq = body['x_groq'];
  seen.usage = readUsage(body['usage']) ?? (isJsonObject(groq) ? readUsage(groq['usage']) : null) ?? seen.usage;
  seen.error = errorIn(body['error']) ?? seen.error;
  const choices = body['choices'];
  if (!Array.isArray(choices)) return;
  for (const choice of choices) {
    if (!isJsonObject(choice)) continue;
    const reason = textIn(choice['finish_reason']);
    if (reason !== null) seen.finishReason = { unified: unifiedReason(reason), raw: reason };
    seen.error ??= errorIn(choice['error']);
  }
}

function errorIn(error: unknown): Observation['error'] {
  if (typeof error === 'string' && error !== '') return { message: error, code: null };
  if (!isJsonObject(error)) return null;
  const { message, type } = error;
  const code = error['code'] ?? error['status_code'] ?? type;
  return {
    message: typeof message === 'string' ? message : JSON.stringify(error),
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : null,
    ...(typeof type === 'string' ? { type } : {}),
  };
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
