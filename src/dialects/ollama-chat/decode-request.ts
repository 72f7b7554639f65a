import type { ChatRequest, FunctionTool } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { wrongType } from '../fields.ts';
import { asObject, asText } from '../loosely.ts';
import { decodeMessages } from './decode-messages.ts';
import { extensionsOf, readOptions } from './options.ts';
import { readFormat, readThink } from './wishes.ts';

const KNOWN = new Set([
  'model',
  'messages',
  'tools',
  'stream',
  'format',
  'options',
  'think',
  'logprobs',
  'top_logprobs',
]);

export function decodeRequest({ body, model, stream }: ReceivedRequest): ChatRequest {
  const { rest, ...wishes } = readOptions(body);
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  return {
    ...unsaid,
    ...wishes,
    model,
    stream,
    messages: decodeMessages(body['messages'] as readonly JsonObject[]),
    tools: tools.map(decodeTool),
    output: readFormat(body['format']),
    reasoning: readThink(body['think']),
    extensions: { 'ollama-chat': extensionsOf(body, KNOWN, rest) },
  };
}

/** What neither of Ollama's two operations can say. */
export const unsaid = {
  toolChoice: null,
  parallelToolCalls: null,
  verbosity: null,
  modalities: null,
  endUser: null,
  cacheKey: null,
  serviceTier: null,
  metadata: null,
} as const satisfies Partial<ChatRequest>;

function decodeTool(tool: unknown, index: number): FunctionTool {
  const described = asObject(asObject(tool)?.['function']);
  const name = asText(described?.['name']);
  if (described === null) throw wrongType(`tools[${index}].function`, 'an object', tool);
  if (name === null) throw wrongType(`tools[${index}].function.name`, 'a string', described['name']);
  return {
    type: 'function',
    name,
    description: asText(described['description']),
    parameters: asObject(described['parameters']),
    strict: null,
    namespace: null,
  };
}
