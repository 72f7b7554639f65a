import { isJsonObject } from '../../std/index.ts';
import type { ReceivedRequest, Splice } from '../dialect.ts';
import { withBody } from '../received.ts';
import { spliceBody } from '../splice.ts';
import { isMadeUp, MADE_UP } from './web-search.ts';

export function spliceMessages(request: ReceivedRequest, splice: Splice): Buffer {
  return spliceBody(withoutMadeUp(request), splice);
}

/**
 * Searches that another provider ran are echoed as blocks that Anthropic did not make, and refuses: they are left out,
 * and a turn with nothing else in it as well. The very same request, to the byte, where there are none.
 */
export function withoutMadeUp(request: ReceivedRequest): ReceivedRequest {
  const { body, bytes } = request;
  const { messages } = body;
  if (!Array.isArray(messages) || !bytes.includes(MADE_UP)) return request;
  return withBody(request, { ...body, messages: messages.flatMap(withoutSearches) });
}

function withoutSearches(message: unknown): readonly unknown[] {
  if (!isJsonObject(message) || !Array.isArray(message['content'])) return [message];
  const blocks: readonly unknown[] = message['content'];
  const content = blocks.filter((block) => !isMadeUp(block));
  if (content.length === blocks.length) return [message];
  return content.length === 0 ? [] : [{ ...message, content }];
}
