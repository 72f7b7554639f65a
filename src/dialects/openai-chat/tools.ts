import type { CustomTool, FunctionTool, ServerTool, Tool, ToolChoice } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { asBoolean, asObject, asObjects, asText } from '../loosely.ts';
import { type Encoding, leaveOut, ownMembers } from '../openai/encoding.ts';
import { cacheMarkOf, keepOthers, othersOf, own, ownOf } from '../openai/own.ts';

const KNOWN: ReadonlySet<string> = new Set(['type', 'function', 'custom']);
const FUNCTION: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict']);

/** OpenRouter's, and Anthropic's and OpenAI's own words where a compatible server takes them. */
const SERVICES: readonly (readonly [RegExp, ServerTool['service']])[] = [
  [/web_?search/, 'web-search'],
  [/web_?fetch/, 'web-fetch'],
  [/code_(execution|interpreter)/, 'code-execution'],
  [/file_search/, 'file-search'],
];

/** `tools`, the old `functions`, and `web_search_options`, which is a tool that the provider runs. */
export function decodeTools(body: JsonObject): readonly Tool[] {
  const { tools, functions, web_search_options: search } = body;
  const decoded: Tool[] = listOf(tools, 'tools').map((tool, index) => decodeTool(tool, `tools[${index}]`));
  for (const [index, each] of listOf(functions, 'functions').entries()) {
    if (!isJsonObject(each)) throw wrongType(`functions[${index}]`, 'an object', each);
    decoded.push(decodeFunction(each, {}, `functions[${index}]`));
  }
  if (isJsonObject(search))
    decoded.push({ type: 'server', service: 'web-search', dialect: 'openai-chat', name: SEARCH, raw: search });
  return decoded;
}

const SEARCH = 'web_search_options';

function listOf(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(at, 'an array', value);
  return value;
}

function decodeTool(tool: unknown, at: string): Tool {
  if (!isJsonObject(tool)) throw wrongType(at, 'an object', tool);
  const { type, function: called, custom } = tool;
  // Mistral's clients leave out the type.
  if (type === 'function' || (type === undefined && isJsonObject(called))) {
    if (!isJsonObject(called))
      throw called === undefined ? missingField(`${at}.function`) : wrongType(`${at}.function`, 'an object', called);
    return decodeFunction(called, tool, `${at}.function`);
  }
  if (type === 'custom' && isJsonObject(custom)) return decodeCustom(custom, tool, `${at}.custom`);
  if (type === undefined || type === null) throw missingField(`${at}.type`);
  if (typeof type !== 'string') throw wrongType(`${at}.type`, 'a string', type);
  const service = SERVICES.find(([words]) => words.test(type))?.[1] ?? 'other';
  return { type: 'server', service, dialect: 'openai-chat', name: type, raw: tool };
}

function decodeFunction(called: JsonObject, tool: JsonObject, at: string): FunctionTool {
  const { description, parameters, strict } = called;
  if (parameters !== undefined && parameters !== null && !isJsonObject(parameters))
    throw wrongType(`${at}.parameters`, 'an object', parameters);
  const cache = cacheMarkOf(tool) ?? cacheMarkOf(called);
  const inner = othersOf(called, FUNCTION);
  const outer = othersOf(tool, KNOWN);
  return {
    type: 'function',
    name: nameIn(called, at),
    description: asText(description),
    parameters: parameters ?? null,
    strict: asBoolean(strict),
    namespace: null,
    ...(cache === null ? {} : { cache }),
    ...(inner === null && outer === null ? {} : own({ ...outer, ...(inner === null ? {} : { function: inner }) })),
  };
}

function decodeCustom(custom: JsonObject, tool: JsonObject, at: string): CustomTool {
  const format = asObject(custom['format']);
  const grammar = asObject(format?.['grammar']) ?? format;
  const definition = asText(grammar?.['definition']);
  const syntax = grammar?.['syntax'] === 'regex' ? 'regex' : 'lark';
  const cache = cacheMarkOf(tool);
  return {
    type: 'custom',
    name: nameIn(custom, at),
    description: asText(custom['description']),
    grammar: definition === null ? null : { syntax, definition },
    namespace: null,
    ...(cache === null ? {} : { cache }),
    ...keepOthers(tool, KNOWN),
  };
}

function nameIn(object: JsonObject, at: string): string {
  const { name } = object;
  if (name === undefined || name === null) throw missingField(`${at}.name`);
  if (typeof name !== 'string') throw wrongType(`${at}.name`, 'a string', name);
  return name;
}

/** `tools` and `web_search_options`. Another dialect's server tool is left out: this API refuses what it cannot run. */
export function encodeTools(tools: readonly Tool[], encoding: Encoding): JsonObject {
  const listed: JsonObject[] = [];
  let search: JsonObject | null = null;
  for (const tool of tools) {
    if (tool.type === 'function') listed.push(encodeFunction(tool, encoding));
    else if (tool.type === 'custom') listed.push(encodeCustom(tool, encoding));
    else if (tool.dialect !== 'openai-chat')
      leaveOut(encoding, `tools.${tool.name}`, `The tool ${tool.name} is run by other providers: it was left out.`);
    else if (tool.name === SEARCH) search = tool.raw;
    else listed.push(tool.raw);
  }
  return { ...(listed.length === 0 ? {} : { tools: listed }), ...(search === null ? {} : { [SEARCH]: search }) };
}

function encodeFunction(tool: FunctionTool, encoding: Encoding): JsonObject {
  const { description, parameters, strict } = tool;
  const mine = ownMembers(tool, encoding);
  const called = {
    name: tool.name,
    ...(description === null ? {} : { description }),
    ...(parameters === null ? {} : { parameters }),
    ...(strict === null ? {} : { strict }),
    ...asObject(ownOf(tool)?.['function']),
  };
  return { type: 'function', ...mine, function: called };
}

function encodeCustom(tool: CustomTool, encoding: Encoding): JsonObject {
  const { description, grammar } = tool;
  const format = grammar === null ? {} : { format: { type: 'grammar', grammar } };
  const custom = { name: tool.name, ...(description === null ? {} : { description }), ...format };
  return { type: 'custom', ...ownMembers(tool, encoding), custom };
}

/** `tool_choice`, or the old `function_call`. */
export function decodeToolChoice(body: JsonObject): ToolChoice | null {
  const { tool_choice: choice, function_call: call } = body;
  const at = choice === undefined || choice === null ? 'function_call' : 'tool_choice';
  const said = choice ?? call;
  if (said === undefined || said === null) return null;
  // `any` is Mistral's word for `required`.
  if (said === 'any') return { type: 'required' };
  if (said === 'auto' || said === 'none' || said === 'required') return { type: said };
  if (!isJsonObject(said)) throw wrongType(at, "'auto', 'none', 'required' or an object", said);
  const allowed = asObject(said['allowed_tools']);
  if (said['type'] === 'allowed_tools' && allowed !== null) {
    const names = asObjects(allowed['tools']).flatMap((tool) => asText(namedIn(tool)) ?? []);
    return { type: 'allowed', mode: allowed['mode'] === 'required' ? 'required' : 'auto', names };
  }
  const name = namedIn(said);
  if (typeof name !== 'string') throw missingField(`${at}.function.name`);
  return { type: 'tool', name };
}

function namedIn(choice: JsonObject): unknown {
  const named = asObject(choice['function']) ?? asObject(choice['custom']) ?? choice;
  return named['name'];
}

/** What stands in `tool_choice`; null: nothing was chosen. */
export function encodeToolChoice(choice: ToolChoice | null, tools: readonly Tool[]): unknown {
  if (choice === null) return null;
  if (choice.type === 'tool') return reference(choice.name, tools);
  if (choice.type !== 'allowed') return choice.type;
  const allowed = choice.names.map((name) => reference(name, tools));
  return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: allowed } };
}

function reference(name: string, tools: readonly Tool[]): JsonObject {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined || tool.type === 'server') return { type: 'function', function: { name } };
  return { type: tool.type, [tool.type]: { name } };
}
