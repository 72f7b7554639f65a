import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import {
  type FieldRules,
  isInteger,
  isNumber,
  isObject,
  isText,
  isTextOrList,
  missingField,
  requireFields,
} from '../fields.ts';
import { usageAskedFor } from '../openai-chat/request.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['prompt', isTextOrList],
  ['n', isInteger(1, 128)],
  ['best_of', isInteger(1, 128)],
  ['max_tokens', isInteger(0, 1e9)],
  ['stream_options', isObject],
  ['temperature', isNumber],
  ['top_p', isNumber],
  ['stop', isTextOrList],
  ['user', isText],
];

/** OpenAI's documented default: a completion without a limit ends after 16 tokens, but compatible servers differ. */
export function readCompletionRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model, stream } = parseBody(bytes, address);
  requireFields(body, RULES);
  const { prompt, n, best_of: bestOf, max_tokens: maxTokens, user } = body;
  if (prompt === undefined || prompt === null) throw missingField('prompt');
  const answers = Math.max(typeof n === 'number' ? n : 1, typeof bestOf === 'number' ? bestOf : 1);
  return {
    dialect: 'openai-completions',
    bytes,
    body,
    members,
    model,
    stream,
    framing: address.framing,
    // Each prompt of a list is answered on its own.
    n: answers * (isListOfPrompts(prompt) ? prompt.length : 1),
    maxOutput: typeof maxTokens === 'number' ? maxTokens : null,
    ...usageAskedFor(body),
    refersOutside: false,
    endUser: typeof user === 'string' ? user : null,
  };
}

/** A list of numbers is one prompt in tokens; of strings or lists, several prompts. */
function isListOfPrompts(prompt: unknown): prompt is readonly unknown[] {
  return Array.isArray(prompt) && prompt.length > 0 && typeof prompt[0] !== 'number';
}
