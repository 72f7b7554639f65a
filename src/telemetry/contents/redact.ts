/** Members whose text says how a request or an answer is made, not what it is about. */
const STRUCTURAL = new Set(
  (
    'role type model models object status id call_id tool_call_id tool_use_id response_id previous_response_id ' +
    'finish_reason finishReason native_finish_reason stop_reason stopReason done_reason service_tier serviceTier effort ' +
    'reasoning_effort verbosity tool_choice parallel_tool_calls modalities response_modalities format encoding_format ' +
    'media_type mime_type mimeType detail quality size voice truncation response_mime_type responseMimeType thinking_level ' +
    'order only ignore sort data_collection quantizations cache_control ttl include'
  ).split(' '),
);
/** An object with one of these is a tool, or calls one: its `name` is the tool's. Elsewhere it may be a person's. */
const OF_TOOLS = ['parameters', 'arguments', 'input_schema', 'inputSchema', 'args', 'toolUseId'];
const TOOL_TYPES = /tool|function|custom|_\d{8}$/;
/** What a model fills in for a tool: there a number may be somebody's. */
const FILLED_IN = new Set(['arguments', 'args', 'input', 'metadata', 'response']);
/** A word of a protocol or an id: no blank, no address. */
const WORD = /^[\w./:+-]{1,128}$/;
/** From here on an array of numbers is a vector, and says what its text says. */
const VECTOR_FROM = 16;

/**
 * The same structure without what anybody wrote: texts are replaced by their lengths. Names of members, roles, types, ids,
 * names of tools, parameters and numbers stay; in what is filled in for a tool numbers go, too.
 */
export function redacted(value: unknown): unknown {
  return redactedIn(value, '', false);
}

function redactedIn(value: unknown, name: string, isFilledIn: boolean): unknown {
  if (typeof value === 'string') return STRUCTURAL.has(name) && WORD.test(value) ? value : lengthOf(value);
  if (typeof value === 'number') return isFilledIn ? '[number]' : value;
  if (Array.isArray(value)) {
    if (value.length >= VECTOR_FROM && value.every((each) => typeof each === 'number'))
      return `[${value.length} numbers]`;
    return value.map((each) => redactedIn(each, name, isFilledIn));
  }
  if (typeof value !== 'object' || value === null) return value;
  const isTools = isOfTools(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key === 'name' && isTools && typeof each === 'string' && WORD.test(each)) return [key, each];
      // Responses and embeddings call the whole conversation `input`: only in a tool's call it is filled in.
      const fills = isFilledIn || (FILLED_IN.has(key) && (key !== 'input' || isTools));
      return [key, redactedIn(each, fills ? '' : key, fills)];
    }),
  );
}

function isOfTools(value: object): boolean {
  if ('role' in value) return false;
  const type = 'type' in value ? value.type : null;
  return (typeof type === 'string' && TOOL_TYPES.test(type)) || isCall(value) || OF_TOOLS.some((name) => name in value);
}

/** Where `input` is a whole conversation, it is a text or a list. */
function isCall(value: object): boolean {
  return 'input' in value && typeof value.input === 'object' && value.input !== null && !Array.isArray(value.input);
}

export function lengthOf(text: string): string {
  return `[${text.length} characters]`;
}
