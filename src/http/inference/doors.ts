import { type Dialect, dialects, type RequestAddress } from '../../dialects/index.ts';
import type { DialectId } from '../../inference/index.ts';

/** What an address stands for: who reads the body, and what the address says of the request. */
export type Door = { readonly dialect: Dialect; readonly address: RequestAddress };

/** The operations of the OpenAI API that are served, by the end of their path. */
const OPENAI: readonly (readonly [path: string, dialect: DialectId])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/completions', 'openai-completions'],
  ['/embeddings', 'openai-embeddings'],
];

/** Where clients look for them: the base URL with and without its version, doubled by mistake, and OpenRouter's. */
export const OPENAI_PREFIXES = ['/v1', '', '/v1/v1', '/openai', '/openai/v1', '/api/v1'] as const;

const BODY_SAYS: RequestAddress = { model: null, stream: null, framing: 'sse' };

const exact: ReadonlyMap<string, Door> = new Map([...doors(OPENAI_PREFIXES, OPENAI)]);

/** null: what is not in the tables is not a door. */
export function findDoor(path: string): Door | null {
  return exact.get(path) ?? null;
}

function doors(
  prefixes: readonly string[],
  operations: readonly (readonly [path: string, dialect: DialectId])[],
): readonly (readonly [path: string, door: Door])[] {
  return prefixes.flatMap((prefix) =>
    operations.map(([path, id]) => [`${prefix}${path}`, { dialect: dialects[id], address: BODY_SAYS }] as const),
  );
}
