import type { VirtualKey } from '../access/index.ts';
import { isJsonObject } from '../std/index.ts';
import type { Exchange, MadeFor } from './exchange.ts';

const MOST_TAGS = 20;

/** Of a request that has been read. */
export function madeFor(exchange: Pick<Exchange, 'request' | 'requestHeaders'>, key: VirtualKey): MadeFor {
  return { customer: key.customerId ?? customerOf(exchange), tags: tagsOf(exchange, key) };
}

function customerOf({ request, requestHeaders }: Pick<Exchange, 'request' | 'requestHeaders'>): string | null {
  return (
    headerText(requestHeaders['x-litellm-customer-id']) ??
    headerText(requestHeaders['x-litellm-end-user-id']) ??
    request?.endUser ??
    null
  );
}

/** The key's own, those of `x-litellm-tags`, and LiteLLM's `metadata.tags` in the body. */
function tagsOf(
  { request, requestHeaders }: Pick<Exchange, 'request' | 'requestHeaders'>,
  { metadata }: VirtualKey,
): readonly string[] {
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
