import type { FunctionTool, ServerTool, Tool, ToolChoice } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { camelCase, camelCased } from '../google/spelling.ts';
import { asObject, asText, asTexts } from '../loosely.ts';
import { listOf } from './decode-contents.ts';
import { type Encoding, leaveOut } from './encode-contents.ts';
import { others, own, ownOf } from './own.ts';
import { fromSubset, heeded, inSmallLetters, toSubset } from './schema.ts';
import { generationOf } from './thinking.ts';

const SERVICES: Readonly<Record<string, ServerTool['service']>> = {
  googleSearch: 'web-search',
  googleSearchRetrieval: 'web-search',
  enterpriseWebSearch: 'web-search',
  urlContext: 'web-fetch',
  codeExecution: 'code-execution',
  fileSearch: 'file-search',
};

const OWN_TOOLS: Readonly<Record<ServerTool['service'], string | null>> = {
  'web-search': 'googleSearch',
  'web-fetch': 'urlContext',
  'code-execution': 'codeExecution',
  'file-search': null,
  other: null,
};

/** One of Google's tools may hold several: functions beside code execution. Recorded: the others may be null. */
export function decodeTools(tools: unknown): readonly Tool[] {
  return listOf(tools, 'tools').flatMap((tool, index) => {
    const at = `tools[${index}]`;
    if (!isJsonObject(tool)) throw wrongType(at, 'an object', tool);
    return Object.entries(tool).flatMap(([name, value]): Tool[] => {
      if (value === null || value === undefined) return [];
      const kind = camelCase(name);
      if (kind !== 'functionDeclarations') return [serverTool(kind, { [name]: value })];
      const path = `${at}.${name}`;
      return listOf(value, path).map((declaration, place) => functionTool(declaration, `${path}[${place}]`));
    });
  });
}

function serverTool(name: string, raw: JsonObject): ServerTool {
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  return { type: 'server', service: service ?? 'other', dialect: 'gemini-generate', name, raw };
}

const DECLARATION = new Set(['name', 'description']);

function functionTool(raw: unknown, at: string): FunctionTool {
  if (!isJsonObject(raw)) throw wrongType(at, 'an object', raw);
  const declaration = camelCased(raw);
  const { name, parameters } = declaration;
  if (typeof name !== 'string')
    throw name === undefined ? missingField(`${at}.name`) : wrongType(`${at}.name`, 'a string', name);
  const schema = asObject(declaration['parametersJsonSchema']);
  return {
    type: 'function',
    name,
    description: asText(declaration['description']),
    parameters: schema === null ? (isJsonObject(parameters) ? fromSubset(parameters) : null) : inSmallLetters(schema),
    strict: null,
    namespace: null,
    ...own(others(declaration, DECLARATION)),
  };
}

/** Mode VALIDATED decodes within them, and answers 400 "too many states for serving" to larger ones. */
const STRICT = 'Google does not hold calls to their schemas: they are sent, not enforced.';

/** Functions go together into one tool, where the first of them stands. */
export function encodeTools(tools: readonly (FunctionTool | ServerTool)[], encoding: Encoding): readonly JsonObject[] {
  const declarations: JsonObject[] = [];
  const encoded: JsonObject[] = [];
  const isAlone = tools.every(({ type }) => type === 'server');
  for (const [index, tool] of tools.entries()) {
    if (tool.type === 'server') {
      const raw = encodeServerTool(tool);
      const isTaken = isAlone || tool.dialect === 'gemini-generate' || runsBesideFunctions(encoding.model);
      const why = isTaken ? `Google has no tool like ${tool.name}` : `${encoding.model} runs no tools beside functions`;
      if (raw !== null && isTaken) encoded.push(raw);
      else leaveOut(encoding, `tools[${index}]`, `${why}: ${isTaken ? 'it' : tool.name} was left out.`);
      continue;
    }
    if (declarations.length === 0) encoded.push({ functionDeclarations: declarations });
    declarations.push(declarationOf(tool));
    if (tool.strict === true) leaveOut(encoding, 'tools.strict', STRICT);
  }
  return encoded;
}

/** "Tool use with function calling is unsupported" before Gemini 3. Names without a number are of the newest. */
function runsBesideFunctions(model: string): boolean {
  return (generationOf(model) ?? 3) >= 3;
}

/**
 * "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with Function calling": what a
 * client of another dialect cannot know. AUTO goes unsaid then: VALIDATED takes its place.
 */
export function mixedConfig(tools: readonly JsonObject[], choice: ToolChoice | null): JsonObject | null {
  const isMixed = tools.length > 1 && tools.some((tool) => 'functionDeclarations' in tool);
  if (!isMixed) return encodeToolConfig(choice, null);
  const said = choice?.type === 'auto' ? null : encodeToolConfig(choice, null);
  return { ...said, includeServerSideToolInvocations: true };
}

function encodeServerTool({ dialect, service, raw }: ServerTool): JsonObject | null {
  if (dialect === 'gemini-generate') return raw;
  const name = OWN_TOOLS[service];
  return name === null ? null : { [name]: {} };
}

function declarationOf(tool: FunctionTool): JsonObject {
  const { name, description } = tool;
  return { name, ...(description === null ? {} : { description }), ...(ownOf(tool) ?? parametersOf(tool.parameters)) };
}

/**
 * In the subset where it says all: every version of the API and of Vertex AI knows it, and heeds patterns and lengths.
 * Otherwise as JSON Schema. An object without properties is refused: it is left out.
 */
function parametersOf(schema: JsonObject | null): JsonObject {
  if (schema === null || isEmptyObject(schema)) return {};
  const subset = toSubset(schema);
  return subset === null ? { parametersJsonSchema: heeded(schema) } : { parameters: subset };
}

function isEmptyObject({ type, properties, ...rest }: JsonObject): boolean {
  const binds = Object.keys(rest).some((keyword) => keyword !== '$schema' && keyword !== 'additionalProperties');
  const isFree = rest['additionalProperties'] !== undefined && rest['additionalProperties'] !== false;
  return type === 'object' && Object.keys(asObject(properties) ?? {}).length === 0 && !isFree && !binds;
}

const NAMES = 'allowedFunctionNames';

/** `own`: what has no canonical form: AUTO or VALIDATED as such, and what stands beside it. */
export function decodeToolConfig(raw: JsonObject): { choice: ToolChoice | null; own: JsonObject | null } {
  const config = camelCased(raw);
  const calling = asObject(config['functionCallingConfig']);
  const rest = others(config, new Set(['functionCallingConfig']));
  if (calling === null) return { choice: null, own: rest };
  const { mode, [NAMES]: names, ...more } = camelCased(calling);
  // Calls in pieces are never asked for: whole ones are what is decoded.
  const kept = others({ ...more, ...(mode === 'VALIDATED' ? { mode } : {}) }, new Set(['streamFunctionCallArguments']));
  const own = kept === null ? rest : { ...rest, functionCallingConfig: kept };
  return { choice: choiceOf(asText(mode)?.toUpperCase() ?? '', asTexts(names)), own };
}

function choiceOf(mode: string, names: readonly string[]): ToolChoice | null {
  const [only, ...more] = names;
  if (mode === 'NONE') return { type: 'none' };
  if (mode === 'ANY') {
    if (only === undefined) return { type: 'required' };
    return more.length === 0 ? { type: 'tool', name: only } : { type: 'allowed', mode: 'required', names };
  }
  if (mode !== 'AUTO' && mode !== 'VALIDATED') return null;
  return only === undefined ? { type: 'auto' } : { type: 'allowed', mode: 'auto', names };
}

/** null: nothing is to be said. */
export function encodeToolConfig(choice: ToolChoice | null, ownConfig: JsonObject | null): JsonObject | null {
  const calling = {
    ...(choice === null ? {} : callingConfig(choice)),
    ...asObject(ownConfig?.['functionCallingConfig']),
  };
  const config = { ...ownConfig, ...(Object.keys(calling).length === 0 ? {} : { functionCallingConfig: calling }) };
  return Object.keys(config).length === 0 ? null : config;
}

const MODES = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;

/** Names go with ANY and VALIDATED alone, and VALIDATED is ANY that leaves the model the choice to write text. */
function callingConfig(choice: ToolChoice): JsonObject {
  if (choice.type === 'tool') return { mode: 'ANY', [NAMES]: [choice.name] };
  if (choice.type !== 'allowed') return { mode: MODES[choice.type] };
  return { mode: choice.mode === 'required' ? 'ANY' : 'VALIDATED', [NAMES]: choice.names };
}
