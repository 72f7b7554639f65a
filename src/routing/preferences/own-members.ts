import type { DialectId, RoutingFamily } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

type OwnMember = {
  readonly family: RoutingFamily;
  /**
   * False: to no upstream at all. It names models of ours, or what it asks for is done here and would be done twice.
   */
  readonly goesUp: boolean;
};

function members(family: RoutingFamily, goesUp: boolean, names: string): readonly (readonly [string, OwnMember])[] {
  return names.split(/\s+/).map((name) => [name, { family, goesUp }] as const);
}

/** Outermost members of a body that are for a gateway, in whatever dialect the rest is. */
const OWN: ReadonlyMap<string, OwnMember> = new Map([
  ...members('openrouter-fields', true, 'provider route session_id usage'),
  ...members('openrouter-fields', false, 'models'),
  ...members('litellm-fields', true, 'timeout stream_timeout tags litellm_metadata priority allowed_model_region'),
  ...members('litellm-fields', true, 'disable_fallbacks litellm_session_id litellm_trace_id'),
  ...members('litellm-fields', false, 'fallbacks context_window_fallbacks content_policy_fallbacks num_retries'),
  ...members('litellm-fields', false, 'mock_response mock_timeout mock_tool_calls mock_delay mock_testing_fallbacks'),
  ...members('litellm-fields', false, 'mock_testing_context_window_fallbacks mock_testing_content_policy_fallbacks'),
  ...members('litellm-fields', false, 'mock_testing_rate_limit_error no-log'),
]);

/** What a dialect has by the same name, and means for its provider. Cohere: 0 to 999, lower is handled earlier. */
const SPOKEN: Readonly<Partial<Record<DialectId, readonly string[]>>> = {
  'cohere-chat': ['priority'],
  'cohere-embed': ['priority'],
};

const NONE: readonly string[] = Object.freeze([]);

/** Those of them that a body has. One look at its keys, and no allocation where there are none. */
export function ownMembersIn(body: JsonObject, dialect: DialectId | null): readonly string[] {
  let found: string[] | null = null;
  for (const name in body) {
    if (!OWN.has(name) || (dialect !== null && SPOKEN[dialect]?.includes(name) === true)) continue;
    if (!Object.hasOwn(body, name)) continue;
    found ??= [];
    found.push(name);
  }
  return found ?? NONE;
}

/** Those that an upstream must not get: all of them, but for the words that it routes by itself. */
export function membersKeptFrom(routesBy: RoutingFamily | null, found: readonly string[]): readonly string[] {
  if (routesBy === null || found.length === 0) return found;
  return found.filter((name) => {
    const own = OWN.get(name);
    return own?.family !== routesBy || !own.goesUp;
  });
}
