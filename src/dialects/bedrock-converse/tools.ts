import {
  type ChatRequest,
  type FunctionTool,
  GatewayError,
  type ServerTool,
  type Tool,
  type ToolChoice,
} from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { isBoolean, isObject, isText, requireFields, wrongType } from '../fields.ts';
import type { FunctionsRequest } from '../tools/without-custom-tools.ts';
import { decodeCachePoint } from './decode-content.ts';
import { type ContentContext, encodeCachePoint } from './encode-content.ts';
import type { Family } from './family.ts';

type ToolsAsked = Pick<ChatRequest, 'tools' | 'toolChoice'>;

const SERVICES: Readonly<Record<string, ServerTool['service']>> = {
  nova_grounding: 'web-search',
  nova_code_interpreter: 'code-execution',
};

export function decodeToolConfig(config: unknown): ToolsAsked {
  if (!isJsonObject(config)) return { tools: [], toolChoice: null };
  const listed = config['tools'] ?? [];
  if (!Array.isArray(listed)) throw wrongType('toolConfig.tools', 'an array', listed);
  const tools: Tool[] = [];
  listed.forEach((tool: unknown, index) => {
    const at = `toolConfig.tools[${index}]`;
    if (!isJsonObject(tool)) throw wrongType(at, 'an object', tool);
    const last = tools.at(-1);
    if (tool['cachePoint'] === undefined) tools.push(decodeTool(tool, at));
    else if (last?.type === 'function')
      tools[tools.length - 1] = { ...last, cache: decodeCachePoint(tool['cachePoint']) };
  });
  return { tools, toolChoice: decodeToolChoice(config['toolChoice']) };
}

function decodeTool(tool: JsonObject, at: string): Tool {
  const { toolSpec, systemTool } = tool;
  if (isJsonObject(systemTool) && typeof systemTool['name'] === 'string') {
    const { name } = systemTool;
    return { type: 'server', service: SERVICES[name] ?? 'other', dialect: 'bedrock-converse', name, raw: tool };
  }
  if (!isJsonObject(toolSpec)) throw wrongType(`${at}.toolSpec`, 'an object', toolSpec);
  const { name, description, inputSchema, strict } = toolSpec;
  if (typeof name !== 'string') throw wrongType(`${at}.toolSpec.name`, 'a string', name);
  requireFields(
    toolSpec,
    [
      ['description', isText],
      ['inputSchema', isObject],
      ['strict', isBoolean],
    ],
    `${at}.toolSpec.`,
  );
  const schema = isJsonObject(inputSchema) ? inputSchema['json'] : null;
  return {
    type: 'function',
    name,
    description: typeof description === 'string' ? description : null,
    parameters: isJsonObject(schema) ? schema : null,
    strict: typeof strict === 'boolean' ? strict : null,
    namespace: null,
  };
}

function decodeToolChoice(choice: unknown): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  if (!isJsonObject(choice)) throw wrongType('toolConfig.toolChoice', 'an object', choice);
  const { auto, any, tool } = choice;
  if (isJsonObject(tool) && typeof tool['name'] === 'string') return { type: 'tool', name: tool['name'] };
  if (any !== undefined) return { type: 'required' };
  if (auto !== undefined) return { type: 'auto' };
  throw new GatewayError('invalid_request', "'toolConfig.toolChoice' must hold auto, any, or tool with a name.", {
    param: 'toolConfig.toolChoice',
  });
}

/** null: no tools. Bedrock wants a tool's definition for every call in the messages; one is made up where it is gone. */
export function encodeToolConfig(
  request: FunctionsRequest,
  family: Family,
  context: ContentContext,
): JsonObject | null {
  const { toolChoice } = request;
  const called = namesOfCalls(request);
  if (toolChoice?.type === 'none' && called.size === 0) return null;
  if (toolChoice?.type === 'none')
    context.warnings.push({
      field: 'toolChoice',
      message: 'Converse cannot forbid tools while the messages hold calls.',
    });
  const tools = offered(request, context).flatMap((tool) => encodeTool(tool, family, context));
  for (const tool of request.tools) called.delete(tool.name);
  for (const name of called) tools.push({ toolSpec: { name, inputSchema: { json: ANY_INPUT } } });
  if (tools.length === 0) return null;
  const choice = toolChoice === null ? null : encodeToolChoice(toolChoice);
  return choice === null ? { tools } : { tools, toolChoice: choice };
}

const ANY_INPUT = { type: 'object' } as const;

function namesOfCalls({ messages }: FunctionsRequest): Set<string> {
  const names = new Set<string>();
  for (const { role, content } of messages) {
    if (role !== 'assistant') continue;
    for (const part of content) if (part.type === 'tool-call') names.add(part.name);
  }
  return names;
}

/** Of a choice among several tools the others are not offered. */
function offered({ tools, toolChoice }: FunctionsRequest, { warnings }: ContentContext): FunctionsRequest['tools'] {
  if (toolChoice?.type !== 'allowed') return tools;
  warnings.push({ field: 'toolChoice', message: 'Converse knows no allowed tools: the others are left out.' });
  const { names } = toolChoice;
  return tools.filter(({ name }) => names.includes(name));
}

function encodeTool(tool: FunctionTool | ServerTool, family: Family, context: ContentContext): JsonObject[] {
  const { warnings, hasCachePoints } = context;
  if (tool.type === 'server') {
    if (tool.dialect === 'bedrock-converse') return [tool.raw];
    const name = family.systemTools[tool.service];
    if (name !== undefined) return [{ systemTool: { name } }];
    warnings.push({ field: 'tools', message: `Left out: Converse has no ${tool.name}.` });
    return [];
  }
  const spec = { toolSpec: specOf(tool) };
  const mark = family.caches === 'everywhere' && hasCachePoints ? tool.cache : undefined;
  return mark === undefined ? [spec] : [spec, encodeCachePoint(mark)];
}

function specOf({ name, description, parameters, strict }: FunctionTool): JsonObject {
  return {
    name,
    // An empty description is refused.
    ...(description === null || description === '' ? {} : { description }),
    inputSchema: { json: parameters ?? ANY_INPUT },
    ...(strict === null ? {} : { strict }),
  };
}

function encodeToolChoice(choice: ToolChoice): JsonObject | null {
  if (choice.type === 'tool') return { tool: { name: choice.name } };
  const word = choice.type === 'allowed' ? choice.mode : choice.type;
  if (word === 'none') return null;
  return word === 'required' ? { any: {} } : { auto: {} };
}
