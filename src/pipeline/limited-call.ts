import type { VirtualKey } from '../access/index.ts';
import type { CallTokens, LimitedCall } from '../limits/index.ts';
import { isJsonObject } from '../std/index.ts';
import type { Exchange } from './exchange.ts';
import type { Rooms } from './rooms.ts';

/** No tokenizer makes much fewer tokens of a text: a fair guess that costs nothing. */
const BYTES_PER_TOKEN = 4;
/** What an answer is expected to take where the client set no limit. */
const EXPECTED_OUTPUT = 1_024;
const MOST_TAGS = 20;

/** The exchange as limits see it. */
export function limitedCall(exchange: Exchange, key: VirtualKey, rooms: Pick<Rooms, 'policies'>): LimitedCall {
  const { request, requestHeaders } = exchange;
  const { caller } = key;
  const { keyId, userId, teamId } = caller;
  const { allowance, modelAllowances } = key;
  return {
    key: caller.kind === 'master' ? null : { keyId, userId, teamId, allowance, modelAllowances },
    model: limitedModel(request?.model ?? '', key, rooms),
    customer:
      headerText(requestHeaders['x-litellm-customer-id']) ??
      headerText(requestHeaders['x-litellm-end-user-id']) ??
      request?.endUser ??
      null,
    tags: tagsOf(exchange, key),
    ...expectedTokens(exchange),
  };
}

/** What token limits reserve for it. */
export function expectedTokens({ request, dialect }: Pick<Exchange, 'request' | 'dialect'>): CallTokens {
  return {
    inputTokens: Math.ceil((request?.bytes.length ?? 0) / BYTES_PER_TOKEN),
    // Embeddings have no output.
    outputTokens: dialect.chat === null ? 0 : (request?.maxOutput ?? EXPECTED_OUTPUT) * Math.max(1, request?.n ?? 1),
  };
}

/**
 * The name under which the key has rules for the asked model: as it was asked for, as it is configured (with or without
 * its date), or as its provider calls it. Another spelling of a model is no way around them.
 */
function limitedModel(asked: string, { modelAllowances }: VirtualKey, rooms: Pick<Rooms, 'policies'>): string {
  if (modelAllowances.size === 0 || modelAllowances.has(asked)) return asked;
  const { catalog } = rooms.policies();
  const configured = catalog.configuredAs(asked);
  if (configured !== null && modelAllowances.has(configured)) return configured;
  const upstreamNames = catalog.resolve(asked)?.deployments.map(({ upstreamModel }) => upstreamModel) ?? [];
  return upstreamNames.find((name) => modelAllowances.has(name)) ?? asked;
}

/** The key's own, those of `x-litellm-tags`, and LiteLLM's `metadata.tags` in the body. */
function tagsOf({ request, requestHeaders }: Exchange, { metadata }: VirtualKey): readonly string[] {
  const ofBody = request?.body['metadata'];
  const inHeader = headerText(requestHeaders['x-litellm-tags']);
  const listed = [metadata['tags'], isJsonObject(ofBody) ? ofBody['tags'] : undefined].flatMap((tags) =>
    Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
  );
  if (inHeader === null && listed.length === 0) return NO_TAGS;
  const named = inHeader === null ? [] : inHeader.split(',').map((tag) => tag.trim());
  return [...new Set([...listed, ...named])].filter((tag) => tag !== '').slice(0, MOST_TAGS);
}

const NO_TAGS: readonly string[] = [];

function headerText(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
