import { type FunctionTool, GatewayError, type ServerTool, type Tool, type ToolChoice } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { isBoolean, isObject, isText, missingField, requireFields, wrongType } from '../fields.ts';
import type { FunctionsRequest } from '../tools/without-custom-tools.ts';
import type { Encoding } from './encoding.ts';
import { commonOf, OWN, textIn, textOrNull, writeCommon } from './own.ts';

const TOOL_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'input_schema', 'strict', 'cache_control']);

/** By the beginning of the type: the rest of it is a date. */
const SERVICES: readonly (readonly [beginning: string, service: ServerTool['service']])[] = [
  ['web_search_', 'web-search'],
  ['web_fetch_', 'web-fetch'],
  ['code_execution_', 'code-execution'],
];

const CHOICES: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  any: { type: 'required' },
  none: { type: 'none' },
};

export function decodeTools(tools: unknown): readonly Tool[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw wrongType('tools', 'an array', tools);
  return tools.map((tool, index) => decodeTool(tool, `tools[${index}]`));
}

function decodeTool(tool: unknown, at: string): Tool {
  if (!isJsonObject(tool)) throw wrongType(at, 'an object', tool);
  const { type } = tool;
  if (type === undefined || type === null || type === 'custom') return decodeFunction(tool, at);
  if (typeof type !== 'string') throw wrongType(`${at}.type`, 'a string', type);
  const service = SERVICES.find(([beginning]) => type.startsWith(beginning))?.[1] ?? 'other';
  return { type: 'server', service, dialect: OWN, name: type, raw: tool };
}

function decodeFunction(tool: JsonObject, at: string): FunctionTool {
  const { name, input_schema: schema, strict } = tool;
  if (name === undefined || name === null) throw missingField(`${at}.name`);
  requireFields(
    tool,
    [
      ['name', isText],
      ['description', isText],
      ['input_schema', isObject],
      ['strict', isBoolean],
    ],
    `${at}.`,
  );
  return {
    type: 'function',
    name: textIn(name),
    description: textOrNull(tool['description']),
    parameters: isJsonObject(schema) ? schema : null,
    strict: typeof strict === 'boolean' ? strict : null,
    namespace: null,
    ...commonOf(tool, TOOL_FIELDS),
  };
}

export function decodeToolChoice(choice: unknown): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  if (!isJsonObject(choice)) throw wrongType('tool_choice', 'an object', choice);
  const { type, name } = choice;
  if (type === 'tool') {
    if (typeof name !== 'string') throw wrongType('tool_choice.name', 'a string', name);
    return { type: 'tool', name };
  }
  const known = typeof type === 'string' && Object.hasOwn(CHOICES, type) ? CHOICES[type] : undefined;
  if (known !== undefined) return known;
  const param = 'tool_choice.type';
  const message = `Invalid '${param}': ${JSON.stringify(type)}; expected 'auto', 'any', 'tool' or 'none'.`;
  throw new GatewayError('invalid_request', message, { param });
}

/** Tools that other providers have, too, in their generally available form; `beta`: the header that opens it. */
const EQUIVALENTS: Readonly<
  Partial<Record<ServerTool['service'], { readonly tool: JsonObject; readonly beta: string | null }>>
> = {
  'web-search': { tool: { type: 'web_search_20250305', name: 'web_search' }, beta: null },
  'web-fetch': { tool: { type: 'web_fetch_20250910', name: 'web_fetch' }, beta: 'web-fetch-2025-09-10' },
  'code-execution': {
    tool: { type: 'code_execution_20250825', name: 'code_execution' },
    beta: 'code-execution-2025-08-25',
  },
};

export type EncodedTools = { readonly tools: readonly JsonObject[]; readonly choice: JsonObject | null };

export function encodeTools(request: FunctionsRequest, isOwn: boolean, encoding: Encoding): EncodedTools {
  const { toolChoice } = request;
  const offered =
    toolChoice?.type === 'allowed' ? request.tools.filter((tool) => isNamed(tool, toolChoice.names)) : request.tools;
  const tools = offered.map((tool) => encodeTool(tool, isOwn, encoding)).filter((tool) => tool !== null);
  // Refused without tools: "tool_choice may only be specified while providing tools".
  return { tools, choice: tools.length === 0 ? null : encodeChoice(request) };
}

/** Anthropic has no choice among some: the others are not offered. */
function isNamed(tool: Tool, names: readonly string[]): boolean {
  return tool.type === 'server' || names.includes(tool.name);
}

function encodeTool(tool: FunctionTool | ServerTool, isOwn: boolean, encoding: Encoding): JsonObject | null {
  return tool.type === 'server' ? encodeServer(tool, encoding) : encodeFunction(tool, isOwn, encoding);
}

/**
 * `strict` is kept for those who wrote it for Anthropic. Recorded refusals of what OpenAI takes for strict: more than 20
 * strict tools, more than 16 unions, more than 24 optional parameters, "schema is too complex for compilation".
 */
function encodeFunction(tool: FunctionTool, isOwn: boolean, encoding: Encoding): JsonObject {
  if (!isOwn && tool.strict === true)
    encoding.warn('tools.strict', "Anthropic's limits on strict tools are lower; the schema is sent, not enforced.");
  return {
    name: tool.name,
    ...(tool.description === null || (tool.description === '' && !isOwn) ? {} : { description: tool.description }),
    input_schema: isOwn && tool.parameters !== null ? tool.parameters : inputSchema(tool.parameters),
    ...(isOwn && tool.strict !== null ? { strict: tool.strict } : {}),
    ...writeCommon(tool),
  };
}

/** Recorded: "tools.0.custom.input_schema.type: Field required", "Input should be 'object'". */
function inputSchema(parameters: JsonObject | null): JsonObject {
  if (parameters === null) return { type: 'object', properties: {} };
  return parameters['type'] === 'object' ? parameters : { ...parameters, type: 'object' };
}

function encodeServer(tool: ServerTool, { warn, betas }: Encoding): JsonObject | null {
  if (tool.dialect === OWN) return tool.raw;
  const service = EQUIVALENTS[tool.service];
  if (service === undefined) {
    warn(`tools.${tool.name}`, `Anthropic runs no tool '${tool.name}'; it was left out.`);
    return null;
  }
  warn(`tools.${tool.name}`, `'${tool.name}' is Anthropic's ${service.tool['name']} there, without its options.`);
  if (service.beta !== null) betas.add(service.beta);
  return service.tool;
}

function encodeChoice({ toolChoice, parallelToolCalls }: FunctionsRequest): JsonObject | null {
  if (toolChoice === null && parallelToolCalls === null) return null;
  const choice = chosen(toolChoice);
  if (choice['type'] === 'none' || parallelToolCalls === null) return choice;
  return { ...choice, disable_parallel_tool_use: !parallelToolCalls };
}

function chosen(choice: ToolChoice | null): JsonObject {
  if (choice === null) return { type: 'auto' };
  if (choice.type === 'tool') return { type: 'tool', name: choice.name };
  const type = choice.type === 'allowed' ? choice.mode : choice.type;
  return { type: type === 'required' ? 'any' : type };
}
