import type { DialectId } from '../../inference/index.ts';

/** The operations of the OpenAI API that are served, by the end of their path. */
const OPERATIONS: readonly (readonly [path: string, dialect: DialectId])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/completions', 'openai-completions'],
  ['/embeddings', 'openai-embeddings'],
];

/** Where clients look for them: the base URL with and without its version, doubled by mistake, and OpenRouter's. */
export const OPENAI_PREFIXES = ['/v1', '', '/v1/v1', '/openai', '/openai/v1', '/api/v1'] as const;

/** Exact paths only: what is not in the table is not a door. */
export const inferenceDoors: ReadonlyMap<string, DialectId> = new Map(
  OPENAI_PREFIXES.flatMap((prefix) => OPERATIONS.map(([path, dialect]) => [`${prefix}${path}`, dialect] as const)),
);
