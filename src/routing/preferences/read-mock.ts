import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { isAbsent, malformed } from './malformed.ts';
import type { Mock } from './preferences.ts';
import { readFlag, readSeconds } from './values.ts';

/** LiteLLM's switches, and how the first model fails by each; of several the first counts. */
const FAILURES: readonly (readonly [member: string, fails: NonNullable<Mock['fails']>])[] = [
  ['mock_timeout', 'timeout'],
  ['mock_testing_rate_limit_error', 'rate_limit'],
  ['mock_testing_context_window_fallbacks', 'context_window'],
  ['mock_testing_content_policy_fallbacks', 'content_policy'],
  ['mock_testing_fallbacks', 'error'],
];

/** Answers that LiteLLM takes for the name of an exception. */
const EXCEPTIONS: ReadonlyMap<string, NonNullable<Mock['fails']>> = new Map([
  ['litellm.RateLimitError', 'rate_limit'],
  ['litellm.ContextWindowExceededError', 'context_window'],
  ['litellm.ContentPolicyViolationError', 'content_policy'],
  ['litellm.InternalServerError', 'error'],
  ['litellm.Timeout', 'timeout'],
]);

const MOST_CALLS = 128;
const MOST_DELAY_MS = 600_000;

/** null: nothing is to be played. */
export function readMock(given: JsonObject): Mock | null {
  const asked = FAILURES.filter(([member]) => readFlag(given[member], member) === true);
  const text = readResponse(given['mock_response']);
  const toolCalls = readCalls(given['mock_tool_calls']);
  const delayMs = readDelay(given['mock_delay']);
  const exception = text === null ? undefined : EXCEPTIONS.get(text);
  const fails = asked[0]?.[1] ?? exception ?? null;
  const response = exception === undefined ? text : null;
  return fails === null && response === null && toolCalls === null && delayMs === 0
    ? null
    : { fails, response, toolCalls, delayMs };
}

function readResponse(value: unknown): string | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string')
    throw malformed('mock_response', `text, or one of ${[...EXCEPTIONS.keys()].join(', ')}`, value);
  return value;
}

function readDelay(value: unknown): number {
  if (isAbsent(value) || value === 0) return 0;
  return Math.min(MOST_DELAY_MS, readSeconds(value, 'mock_delay') ?? 0);
}

/** As an answer holds them: `{ type: 'function', function: { name, arguments } }`. */
function readCalls(value: unknown): Mock['toolCalls'] {
  if (isAbsent(value)) return null;
  const path = 'mock_tool_calls';
  if (!Array.isArray(value) || value.length > MOST_CALLS)
    throw malformed(path, `an array of at most ${MOST_CALLS} tool calls`, value);
  return value.map((call: unknown, index) => {
    const called = isJsonObject(call) ? call['function'] : null;
    const name = isJsonObject(called) ? called['name'] : null;
    if (!isJsonObject(called) || typeof name !== 'string')
      throw malformed(`${path}[${index}]`, 'a tool call with function.name', call);
    const given = called['arguments'] ?? '{}';
    return { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) };
  });
}
