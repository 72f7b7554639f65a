import { errorAnswer, type SandboxAnswer } from './sandbox-answer.ts';
import type { SandboxModel } from './sandbox-models.ts';

const SAY = 'say/';
const FAIL = 'fail/';

/** By the causes of fallbacks, as OpenAI words them. */
const FAILURES: ReadonlyMap<string, SandboxAnswer> = new Map([
  ['error', errorAnswer(500, 'server_error', 'The sandbox failed, as its model says.')],
  ['rate_limit', errorAnswer(429, 'rate_limit_exceeded', 'Rate limit reached, as the model of the sandbox says.')],
  ['context_window', errorAnswer(400, 'context_length_exceeded', "This model's maximum context length is 0 tokens.")],
  ['content_policy', errorAnswer(400, 'content_policy_violation', 'The content is refused, as the model says.')],
]);

/** A model whose name holds its answer, percent-encoded: `say/Hello%20world`, `fail/rate_limit`. null: none of these. */
export function scriptedModel(id: string): SandboxModel | { readonly fails: SandboxAnswer } | null {
  if (id.startsWith(SAY)) return { ...SAYING, says: decoded(id.slice(SAY.length)) };
  const fails = id.startsWith(FAIL) ? FAILURES.get(id.slice(FAIL.length)) : undefined;
  return fails === undefined ? null : { fails };
}

const SAYING: SandboxModel = {
  id: 'say',
  usdPerMillionInput: 0,
  usdPerMillionOutput: 0,
  contextWindow: 128_000,
  maxOutput: 16_384,
  dialect: 'openai-chat',
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
