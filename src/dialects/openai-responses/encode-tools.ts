import type { CustomTool, FunctionTool, ServerTool, Tool, ToolChoice } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asObject } from '../loosely.ts';
import { othersOf, ownOf } from '../openai-responses-items/own.ts';
import { chosenServerTool } from '../tools/server-choice.ts';
import { type Encoding, leaveOut } from './encoding.ts';

const OF_NAMESPACE = new Set(['inNamespace']);

/** Members of a namespace stand in it again, where the first of them stood. */
export function encodeTools(encoding: Encoding): readonly JsonObject[] {
  const namespaces = new Map<string, JsonObject[]>();
  return encoding.request.tools.flatMap((tool) => {
    const encoded = tool.type === 'server' ? encodeServerTool(tool, encoding) : encodeTool(tool, encoding);
    if (encoded === null) return [];
    if (tool.type === 'server' || tool.namespace === null) return [encoded];
    const members = namespaces.get(tool.namespace);
    if (members !== undefined) {
      members.push(encoded);
      return [];
    }
    const tools = [encoded];
    namespaces.set(tool.namespace, tools);
    return [namespaceOf(tool, tool.namespace, tools)];
  });
}

/** OpenAI wants a namespace described. */
function namespaceOf(first: FunctionTool | CustomTool, name: string, tools: readonly JsonObject[]): JsonObject {
  const members = asObject(ownOf(first)?.['inNamespace']);
  return { type: 'namespace', name, description: name, ...members, tools };
}

/**
 * Every other API takes a schema as it is unless it is told to be strict; here strictness is the default, and refuses
 * most schemas: so it is denied for a client of another dialect.
 */
function encodeTool(tool: FunctionTool | CustomTool, { request }: Encoding): JsonObject {
  const { name, description } = tool;
  const mine = ownOf(tool);
  const described = {
    type: tool.type,
    name,
    ...(description === null ? {} : { description }),
  };
  const others = mine === null ? null : othersOf(mine, OF_NAMESPACE);
  if (tool.type === 'custom') {
    const { grammar } = tool;
    return { ...described, ...(grammar === null ? {} : { format: { type: 'grammar', ...grammar } }), ...others };
  }
  const parameters = tool.parameters ?? { type: 'object', properties: {} };
  const strict = tool.strict ?? (ownOf(request) === null ? false : null);
  return { ...described, parameters, ...(strict === null ? {} : { strict }), ...others };
}

function encodeServerTool(tool: ServerTool, encoding: Encoding): JsonObject | null {
  if (tool.dialect === 'openai-responses') return tool.raw;
  if (tool.service === 'web-search') return { type: 'web_search', ...searchSettings(tool.raw) };
  if (tool.service === 'code-execution') return { type: 'code_interpreter', container: { type: 'auto' } };
  leaveOut(encoding, `tools.${tool.name}`, `The Responses API has no tool like '${tool.name}'.`);
  return null;
}

/** Anthropic's search names its domains and the place as OpenAI's does; of chat's only the place is nested deeper. */
function searchSettings(raw: JsonObject): JsonObject {
  const { allowed_domains, user_location, search_context_size } = raw;
  const location = asObject(user_location);
  const approximate = asObject(location?.['approximate']) ?? location;
  return {
    ...(Array.isArray(allowed_domains) ? { filters: { allowed_domains } } : {}),
    ...(approximate === null ? {} : { user_location: { ...approximate, type: 'approximate' } }),
    ...(typeof search_context_size === 'string' ? { search_context_size } : {}),
  };
}

export function encodeToolChoice(choice: ToolChoice | null, tools: readonly Tool[]): JsonObject | string | null {
  if (choice === null) return null;
  if (choice.type === 'tool') return reference(choice.name, tools);
  if (choice.type !== 'allowed') return choice.type;
  return { type: 'allowed_tools', mode: choice.mode, tools: choice.names.map((name) => reference(name, tools)) };
}

function reference(name: string, tools: readonly Tool[]): JsonObject {
  const named = tools.find((tool) => tool.name === name);
  return { type: named?.type === 'custom' ? 'custom' : 'function', name };
}

/** A tool of another provider's that must be called, in OpenAI's words; null: the choice is about something else. */
export function hostedChoice(encoding: Encoding): JsonObject | string | null {
  const { request } = encoding;
  const chosen = chosenServerTool(request);
  if (chosen === null) return null;
  const type = encodeServerTool(chosen, encoding)?.['type'];
  if (type === undefined) {
    leaveOut(encoding, 'tool_choice', `That ${chosen.name} is called cannot be demanded there: the model decides.`);
    return 'auto';
  }
  // The published list of hosted tools to choose from has no `web_search`; that of allowed ones takes any.
  return request.tools.length === 1 ? 'required' : { type: 'allowed_tools', mode: 'required', tools: [{ type }] };
}

/** A choice of a tool of the provider's, as it came; null: there is none. */
export function ownChoice(mine: JsonObject | null): JsonObject | null {
  const choice = mine?.['tool_choice'];
  return isJsonObject(choice) ? choice : null;
}
