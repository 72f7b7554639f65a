import { GatewayError } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import {
  type FieldRules,
  isBoolean,
  isInteger,
  isList,
  isNumber,
  isObject,
  isText,
  missingField,
  requireFields,
  wrongType,
} from '../fields.ts';
import { asText } from '../loosely.ts';
import { parseBody } from '../received.ts';

/** The bound on the output limit only keeps nonsense out of the arithmetic; 20 is OpenAI's on log probabilities. */
const RULES: FieldRules = [
  ['max_output_tokens', isInteger(1, 1e9)],
  ['top_logprobs', isInteger(0, 20)],
  ['instructions', isText],
  ['temperature', isNumber],
  ['top_p', isNumber],
  ['tools', isList],
  ['include', isList],
  ['text', isObject],
  ['reasoning', isObject],
  ['metadata', isObject],
  ['parallel_tool_calls', isBoolean],
  ['store', isBoolean],
  ['background', isBoolean],
  ['previous_response_id', isText],
  ['prompt_cache_key', isText],
  ['safety_identifier', isText],
  ['user', isText],
];

/** Fields by which a request takes in what is stored elsewhere. */
const REFERENCES = ['previous_response_id', 'conversation', 'prompt'] as const;

/** Tools that the client runs, described to the model by no more than their own text. */
const DESCRIBED_TOOLS: ReadonlySet<unknown> = new Set(['function', 'custom', 'namespace']);

const TEXT_PARTS: ReadonlySet<unknown> = new Set([
  'input_text',
  'output_text',
  'refusal',
  'summary_text',
  'reasoning_text',
  'text',
]);

export function readResponsesRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model, stream } = parseBody(bytes, address);
  requireFields(body, RULES);
  const tools = body['tools'];
  return {
    dialect: 'openai-responses',
    bytes,
    body,
    members,
    model,
    stream,
    framing: address.framing,
    n: 1,
    maxOutput: typeof body['max_output_tokens'] === 'number' ? body['max_output_tokens'] : null,
    // Every stream ends with its usage, asked for or not.
    includesUsage: true,
    refersOutside:
      REFERENCES.some((name) => isPresent(body[name])) ||
      (Array.isArray(tools) && tools.some((tool) => !isJsonObject(tool) || !DESCRIBED_TOOLS.has(tool['type']))) ||
      inputRefersOutside(body),
    endUser: asText(body['user']),
  };
}

/** `input` may be missing where the whole of it is stored: the prompt, or the conversation so far. */
function inputRefersOutside(body: JsonObject): boolean {
  const { input } = body;
  if (input === undefined || input === null) {
    if (REFERENCES.some((name) => isPresent(body[name]))) return true;
    throw missingField('input');
  }
  if (typeof input === 'string') return false;
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of items', input);
  if (input.length === 0 && !REFERENCES.some((name) => isPresent(body[name])))
    throw new GatewayError('invalid_request', "Invalid 'input': expected at least one item.", { param: 'input' });
  let refersOutside = false;
  for (let index = 0; index < input.length; index++) {
    if (itemRefersOutside(input[index], `input[${index}]`)) refersOutside = true;
  }
  return refersOutside;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** True if the item names what it does not hold, or holds media: its tokens are not bounded by its bytes. */
function itemRefersOutside(item: unknown, at: string): boolean {
  if (!isJsonObject(item)) throw wrongType(at, 'an object', item);
  const { type, role, content, output } = item;
  if (type !== undefined && type !== null && typeof type !== 'string') throw wrongType(`${at}.type`, 'a string', type);
  if ((type === undefined || type === null || type === 'message') && typeof role !== 'string')
    throw role === undefined || role === null ? missingField(`${at}.role`) : wrongType(`${at}.role`, 'a string', role);
  if (type === 'item_reference') return true;
  return holdsMedia(content) || holdsMedia(output) || isJsonObject(output);
}

function holdsMedia(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => !isJsonObject(part) || !TEXT_PARTS.has(part['type']));
}
