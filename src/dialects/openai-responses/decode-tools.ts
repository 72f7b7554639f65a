import type { CustomTool, ServerTool, Tool, ToolChoice } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { asBoolean, asObject, asObjects, asText } from '../loosely.ts';
import { keepOthers, othersOf, own, ownOf } from '../openai-responses-items/own.ts';

const FUNCTION_MEMBERS = new Set(['type', 'name', 'description', 'parameters', 'strict']);
const CUSTOM_MEMBERS = new Set(['type', 'name', 'description', 'format']);
const NAMESPACE_MEMBERS = new Set(['type', 'name', 'tools']);

/** Tools that several providers have; all others are of this dialect alone. */
const SERVICES: Readonly<Record<string, ServerTool['service']>> = {
  web_search: 'web-search',
  web_search_2025_08_26: 'web-search',
  web_search_preview: 'web-search',
  web_search_preview_2025_03_11: 'web-search',
  file_search: 'file-search',
  code_interpreter: 'code-execution',
};

export function decodeTools(tools: unknown): readonly Tool[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw wrongType('tools', 'an array', tools);
  return tools.flatMap((tool: unknown, index) => decodeTool(tool, `tools[${index}]`, null));
}

function decodeTool(tool: unknown, at: string, namespace: string | null): readonly Tool[] {
  if (!isJsonObject(tool)) throw wrongType(at, 'an object', tool);
  const type = tool['type'];
  if (typeof type !== 'string')
    throw type === undefined ? missingField(`${at}.type`) : wrongType(`${at}.type`, 'a string', type);
  if (type === 'namespace') return decodeNamespace(tool, at);
  if (type === 'function' || type === 'custom') return [decodeOwnTool(tool, type, at, namespace)];
  return [{ type: 'server', service: SERVICES[type] ?? 'other', dialect: 'openai-responses', name: type, raw: tool }];
}

function decodeOwnTool(tool: JsonObject, type: 'function' | 'custom', at: string, namespace: string | null): Tool {
  const name = asText(tool['name']);
  if (name === null) throw missingField(`${at}.name`);
  const description = asText(tool['description']);
  if (type === 'custom')
    return { type, name, description, grammar: grammarOf(tool), namespace, ...keepOthers(tool, CUSTOM_MEMBERS) };
  const parameters = tool['parameters'];
  if (parameters !== undefined && parameters !== null && !isJsonObject(parameters))
    throw wrongType(`${at}.parameters`, 'an object', parameters);
  return {
    type,
    name,
    description,
    parameters: parameters ?? null,
    strict: asBoolean(tool['strict']),
    namespace,
    ...keepOthers(tool, FUNCTION_MEMBERS),
  };
}

function grammarOf({ format }: JsonObject): CustomTool['grammar'] {
  const grammar = asObject(format);
  const definition = asText(grammar?.['definition']);
  if (grammar?.['type'] !== 'grammar' || definition === null) return null;
  return { syntax: grammar['syntax'] === 'regex' ? 'regex' : 'lark', definition };
}

/** The members one by one; what is said of the namespace itself goes with the first. */
function decodeNamespace(tool: JsonObject, at: string): readonly Tool[] {
  const name = asText(tool['name']);
  if (name === null) throw missingField(`${at}.name`);
  const members = tool['tools'];
  if (!Array.isArray(members)) throw wrongType(`${at}.tools`, 'an array', members);
  const others = othersOf(tool, NAMESPACE_MEMBERS);
  return members
    .flatMap((member: unknown, index) => decodeTool(member, `${at}.tools[${index}]`, name))
    .map((member, index) =>
      index > 0 || others === null || member.type === 'server'
        ? member
        : { ...member, ...own({ ...ownOf(member), inNamespace: others }) },
    );
}

/** `raw`: what names a tool of the provider's, or one of its servers, stays as it is for this dialect's own encoder. */
export type DecodedChoice = { readonly choice: ToolChoice | null; readonly raw: JsonObject | null };

export function decodeToolChoice(choice: unknown): DecodedChoice {
  if (choice === undefined || choice === null) return { choice: null, raw: null };
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { choice: { type: choice }, raw: null };
  if (!isJsonObject(choice)) throw wrongType('tool_choice', "'auto', 'none', 'required' or an object", choice);
  const { type, name } = choice;
  if (type === 'allowed_tools') return decodeAllowed(choice);
  if (type !== 'function' && type !== 'custom') return { choice: { type: 'auto' }, raw: choice };
  if (typeof name !== 'string') throw missingField('tool_choice.name');
  return { choice: { type: 'tool', name }, raw: null };
}

function decodeAllowed(choice: JsonObject): DecodedChoice {
  const tools = asObjects(choice['tools']);
  const names = tools.flatMap((tool) => asText(tool['name']) ?? []);
  const isOwn = tools.every(({ type, name }) => (type === 'function' || type === 'custom') && typeof name === 'string');
  const mode = choice['mode'] === 'required' ? 'required' : 'auto';
  return { choice: { type: 'allowed', mode, names }, raw: isOwn ? null : choice };
}
