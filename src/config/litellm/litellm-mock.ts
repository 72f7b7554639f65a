import type { LitellmSection } from './litellm-section.ts';

/** Answers that LiteLLM takes for the name of an exception, and the sandbox's models that fail like it. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['litellm.RateLimitError', 'rate_limit'],
  ['litellm.ContextWindowExceededError', 'context_window'],
  ['litellm.ContentPolicyViolationError', 'content_policy'],
  ['litellm.InternalServerError', 'error'],
]);

/** What `network_mock` has every upstream say. */
export const CANNED = 'say/This%20is%20a%20mock%20response.';

/** The sandbox's model that answers as `mock_response` says; null: it says nothing. */
export function mockedModel(params: LitellmSection): string | null {
  const response = params.text('mock_response');
  if (response === null) return null;
  const cause = EXCEPTIONS.get(response);
  // A * would be taken for a wildcard.
  return cause === undefined ? `say/${encodeURIComponent(response).replaceAll('*', '%2A')}` : `fail/${cause}`;
}
