import type { Action } from './action.ts';
import { matrix } from './roles/matrix.ts';

const INFERENCE: readonly Action[] = ['model.call', 'model.list', 'token.count', 'call.explain'];
const CONVERSATIONS: readonly Action[] = ['conversation.read', 'conversation.delete'];
const SPENDING: readonly Action[] = ['spend.read', 'generation.read'];
const READING: readonly Action[] = ['key.read', 'key.list', 'model.list', 'health.details', 'metrics.read'];
const MANAGED: ReadonlySet<string> = new Set([
  'key',
  'team',
  'member',
  'organization',
  'organization_member',
  'project',
  'user',
  'customer',
  'budget',
  'tag',
  'model',
  'credential',
  'access_group',
]);
/** Calls, and OpenRouter's doors. */
const NOT_MANAGING: ReadonlySet<Action> = new Set(['model.call', 'key.provision']);
const MANAGING = (Object.keys(matrix) as readonly Action[]).filter(
  (action) => !NOT_MANAGING.has(action) && MANAGED.has(action.slice(0, action.indexOf('.'))),
);

/** LiteLLM's names of groups of routes, by what the routes do. */
export const routeGroups: Readonly<Record<string, readonly Action[]>> = {
  llm_api_routes: [...INFERENCE, ...CONVERSATIONS],
  openai_routes: [...INFERENCE, ...CONVERSATIONS],
  anthropic_routes: [...INFERENCE, ...CONVERSATIONS],
  info_routes: [...READING, ...SPENDING],
  management_routes: [...MANAGING, ...SPENDING, 'model.list'],
  spend_tracking_routes: SPENDING,
  global_spend_tracking_routes: SPENDING,
};

/** A group that is of one dialect's addresses only. */
const OF_DIALECT: Readonly<Record<string, RegExp>> = {
  openai_routes:
    /^\/(?:openai\/|api\/)?(?:v1\/)?(?:(?:engines|deployments)\/[^/]+\/)?(?:chat\/completions|completions|embeddings|responses|models)(?:\/|$)/,
  anthropic_routes: /^\/(?:anthropic\/)?v1\/(?:messages|models)(?:\/|$)/,
};

export const keyTypes = ['default', 'llm_api', 'management', 'read_only', 'scim'] as const;

const TYPES: Readonly<Record<(typeof keyTypes)[number], readonly string[] | null>> = {
  default: null,
  llm_api: ['llm_api_routes'],
  // What such a key may do is `authorize`'s to say: it is another kind of key.
  management: null,
  scim: null,
  read_only: ['info_routes'],
};

/** null: all. */
export function routesOfKeyType(type: (typeof keyTypes)[number]): readonly string[] | null {
  return TYPES[type];
}

/** Addresses are compared as they were asked for: another spelling of one that is allowed is refused, not let through. */
export function mayCallRoute(allowed: readonly string[] | undefined, action: Action, path: string): boolean {
  if (allowed === undefined || allowed.length === 0) return true;
  return allowed.some((route) => {
    if (!route.startsWith('/')) {
      return routeGroups[route]?.includes(action) === true && OF_DIALECT[route]?.test(path) !== false;
    }
    return route.endsWith('*') ? path.startsWith(route.slice(0, -1)) : path === route;
  });
}
