import type { FunctionTool, ServerTool, Tool, ToolChoice, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { wrongType } from '../fields.ts';
import { asBoolean, asObject, asText } from '../loosely.ts';
import type { FunctionsRequest } from '../tools/without-custom-tools.ts';

/** Strictness is one word for all tools here. */
export function decodeTools(body: JsonObject): readonly FunctionTool[] {
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  const strict = asBoolean(body['strict_tools']);
  return tools.map((tool: unknown, index) => {
    const described = asObject(asObject(tool)?.['function']);
    const name = asText(described?.['name']);
    if (described === null) throw wrongType(`tools[${index}].function`, 'an object', tool);
    if (name === null) throw wrongType(`tools[${index}].function.name`, 'a string', described['name']);
    const description = asText(described['description']);
    return {
      type: 'function',
      name,
      description,
      parameters: asObject(described['parameters']),
      strict,
      namespace: null,
    };
  });
}

export function readToolChoice(choice: unknown): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  const word = asText(choice)?.toUpperCase();
  if (word === 'REQUIRED') return { type: 'required' };
  if (word === 'NONE') return { type: 'none' };
  throw wrongType('tool_choice', "'REQUIRED' or 'NONE'", choice);
}

/** That one tool must be called is said by offering no other. */
export function encodeTools({ tools, toolChoice }: FunctionsRequest, warnings: Warning[]): JsonObject {
  const functions = tools.filter((tool) => isOffered(tool, toolChoice)).filter((tool) => isFunction(tool, warnings));
  const mode = toolChoice?.type === 'allowed' ? toolChoice.mode : toolChoice?.type;
  const choice = mode === 'none' ? 'NONE' : mode === 'required' || mode === 'tool' ? 'REQUIRED' : null;
  // Nothing can be required of no tools; to call none of none is taken (recorded).
  if (functions.length === 0) return choice === 'NONE' ? { tool_choice: choice } : {};
  return {
    tools: functions.map(encodeTool),
    ...writeStrictness(functions, warnings),
    ...(choice === null ? {} : { tool_choice: choice }),
  };
}

function isOffered({ type, name }: Tool, choice: ToolChoice | null): boolean {
  if (type === 'server') return true;
  if (choice?.type === 'tool') return name === choice.name;
  return choice?.type === 'allowed' ? choice.names.includes(name) : true;
}

function isFunction(tool: FunctionTool | ServerTool, warnings: Warning[]): tool is FunctionTool {
  if (tool.type === 'function') return true;
  warnings.push({ field: 'tools', message: `Cohere knows functions only: the tool '${tool.name}' was left out.` });
  return false;
}

function writeStrictness(tools: readonly FunctionTool[], warnings: Warning[]): JsonObject {
  const [first] = tools;
  if (tools.every(({ strict }) => strict === first?.strict)) {
    return first?.strict == null ? {} : { strict_tools: first.strict };
  }
  warnings.push({ field: 'tools.strict', message: 'Cohere is strict with all tools or with none: with none.' });
  return {};
}

function encodeTool({ name, description, parameters }: FunctionTool): JsonObject {
  return {
    type: 'function',
    function: {
      name,
      ...(description === null ? {} : { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    },
  };
}
