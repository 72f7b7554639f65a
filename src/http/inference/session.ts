import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

const MAX_LENGTH = 256;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Where clients say which of their conversations a request belongs to; the first that is there counts. */
const HEADERS = [
  'x-claude-code-session-id',
  // Codex; older ones with an underscore.
  'session-id',
  'session_id',
  // opencode and pi.
  'x-session-affinity',
  // OpenRouter.
  'x-session-id',
  'x-litellm-session-id',
] as const;

/** Members of the body, for requests without such a header. */
const MEMBERS: readonly ((body: JsonObject) => unknown)[] = [
  // OpenRouter.
  (body) => body['session_id'],
  // LiteLLM.
  (body) => (isJsonObject(body['metadata']) ? body['metadata']['session_id'] : undefined),
  (body) => body['litellm_session_id'],
  // OpenAI. Not a session's name, but requests that share one share the beginning of a prompt.
  (body) => body['prompt_cache_key'],
];

export function sessionInHeaders(headers: IncomingHttpHeaders): string | null {
  for (const name of HEADERS) {
    const session = headers[name] === undefined ? null : usable(headers[name]);
    if (session !== null) return session;
  }
  return null;
}

/** A trace, LiteLLM's word for calls that belong together, may be one call long: it counts where nothing else is said. */
export function sessionInBody(body: JsonObject, headers: IncomingHttpHeaders): string | null {
  for (const member of MEMBERS) {
    const session = usable(member(body));
    if (session !== null) return session;
  }
  return usable(headers['x-litellm-trace-id']) ?? usable(body['litellm_trace_id']);
}

/** What is too long is left out, not cut: two sessions would become one. */
function usable(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return null;
  const session = value.trim();
  return PRINTABLE.test(session) ? session : null;
}
