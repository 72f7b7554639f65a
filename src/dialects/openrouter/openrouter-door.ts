import type { DialectId } from '../../inference/index.ts';
import type { Dialect } from '../dialect.ts';
import { encodeOpenRouterError, encodeOpenRouterErrorEvent } from './error.ts';

type Words = Pick<Dialect, 'encodeError'> & Partial<Pick<Dialect, 'encodeErrorEvent'>>;

/** OpenAI's dialects are answered in OpenRouter's errors there; Anthropic's keep their own. */
const WORDS: Readonly<Partial<Record<DialectId, Words>>> = {
  'openai-chat': { encodeError: encodeOpenRouterError, encodeErrorEvent: encodeOpenRouterErrorEvent },
  'openai-completions': { encodeError: encodeOpenRouterError, encodeErrorEvent: encodeOpenRouterErrorEvent },
  'openai-embeddings': { encodeError: encodeOpenRouterError },
  'openai-responses': { encodeError: encodeOpenRouterError },
  'openai-compact': { encodeError: encodeOpenRouterError },
};

const known = new Map<Dialect, Dialect>();

/** A dialect as OpenRouter's API speaks it: every answer tells its usage and what it cost, asked or not. */
export function atOpenRoutersDoor(dialect: Dialect): Dialect {
  let spoken = known.get(dialect);
  if (spoken === undefined) {
    const words = WORDS[dialect.id];
    spoken = {
      ...dialect,
      ...words,
      wrapsRefusals: words !== undefined,
      readRequest: (bytes, address) => ({
        ...dialect.readRequest(bytes, address),
        includesUsage: true,
        tellsCost: true,
      }),
    };
    known.set(dialect, spoken);
  }
  return spoken;
}
