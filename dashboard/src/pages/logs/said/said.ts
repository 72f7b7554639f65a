/** A piece of what was said, as it can be shown. */
export type SaidPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly text: string }
  | { readonly kind: 'result'; readonly name: string; readonly text: string }
  /** A picture, a recording, a file: told, not shown. */
  | { readonly kind: 'media'; readonly type: string };

export type SaidMessage = { readonly role: string; readonly parts: readonly SaidPart[] };
export type SaidTool = { readonly name: string; readonly description: string; readonly schema: string };

type Json = Readonly<Record<string, unknown>>;

/**
 * What a request says, in OpenAI's dialect; where it was redacted, in any. What is of another form than expected is left to
 * the JSON beside it.
 */
export function messagesOf(request: unknown): readonly SaidMessage[] {
  if (!isObject(request)) return [];
  const { messages, input, contents, prompt, system, instructions, systemInstruction } = request;
  const before = [system, instructions, systemInstruction].flatMap((each) =>
    each === undefined || each === null ? [] : [{ role: 'system', parts: partsOf(each) }],
  );
  return [...before, ...listOf(messages ?? input ?? contents ?? prompt).flatMap(messageOf)];
}

/** What an answer says: of all choices, in order. */
export function answersOf(answer: unknown): readonly SaidMessage[] {
  if (!isObject(answer)) return [];
  const { choices, output, candidates, content, error } = answer;
  if (isObject(error)) return [{ role: 'error', parts: partsOf(error['message']) }];
  const each = listOf(choices ?? output ?? candidates).flatMap((choice) =>
    isObject(choice)
      ? messageOf(choice['message'] ?? choice['content'] ?? { role: 'assistant', content: choice['text'] })
      : [],
  );
  return each.length > 0 ? each : content === undefined ? [] : [{ role: 'assistant', parts: partsOf(content) }];
}

export function toolsOf(request: unknown): readonly SaidTool[] {
  if (!isObject(request)) return [];
  return listOf(request['tools']).flatMap((tool) => {
    if (!isObject(tool)) return [];
    const declared = isObject(tool['function']) ? tool['function'] : tool;
    const name = declared['name'] ?? declared['type'];
    if (typeof name !== 'string') return [];
    const schema = declared['parameters'] ?? declared['input_schema'];
    return [{ name, description: textOf(declared['description']), schema: schema === undefined ? '' : pretty(schema) }];
  });
}

const CONTENT = new Set(
  'messages input contents prompt system instructions systemInstruction tools model stream stream_options'.split(' '),
);

/** Everything else that was asked for, by name. */
export function parametersOf(request: unknown): readonly (readonly [string, string])[] {
  if (!isObject(request)) return [];
  return Object.entries(request).flatMap(([name, value]) =>
    CONTENT.has(name) ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)] as const],
  );
}

export function pretty(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function messageOf(message: unknown): readonly SaidMessage[] {
  if (typeof message === 'string') return [{ role: 'user', parts: partsOf(message) }];
  if (!isObject(message)) return Array.isArray(message) ? [{ role: 'assistant', parts: partsOf(message) }] : [];
  const {
    role,
    type,
    content,
    parts,
    tool_calls: calls,
    tool_call_id: answers,
    reasoning_content,
    reasoning,
  } = message;
  const thoughts = textOf(reasoning_content ?? reasoning);
  const said = partsOf(content ?? parts ?? (role === undefined ? message : null));
  const shown = typeof answers === 'string' ? [{ kind: 'result' as const, name: answers, text: textsIn(said) }] : said;
  return [
    {
      role: typeof role === 'string' ? role : typeof type === 'string' ? type : 'assistant',
      parts: [
        ...(thoughts === '' ? [] : [{ kind: 'thought' as const, text: thoughts }]),
        ...shown,
        ...listOf(calls).flatMap(callOf),
      ],
    },
  ];
}

function partsOf(content: unknown): readonly SaidPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (Array.isArray(content)) return content.flatMap(partsOf);
  if (!isObject(content)) return [];
  const { type, text, thinking, content: inner, parts, output } = content;
  if (typeof text === 'string') return [{ kind: 'text', text }];
  if (typeof thinking === 'string') return [{ kind: 'thought', text: thinking }];
  if (type === 'tool_result' || type === 'function_call_output')
    return [
      { kind: 'result', name: textOf(content['tool_use_id'] ?? content['call_id']), text: pretty(inner ?? output) },
    ];
  const call = callOf(content);
  if (call.length > 0) return call;
  if (parts !== undefined || inner !== undefined) return partsOf(parts ?? inner);
  return [{ kind: 'media', type: typeof type === 'string' ? type : Object.keys(content).join(', ') }];
}

function callOf(call: unknown): readonly SaidPart[] {
  if (!isObject(call)) return [];
  const asked = isObject(call['function'])
    ? call['function']
    : isObject(call['functionCall'])
      ? call['functionCall']
      : call;
  const given = asked['arguments'] ?? asked['input'] ?? asked['args'];
  if (typeof asked['name'] !== 'string' || given === undefined) return [];
  return [{ kind: 'call', name: asked['name'], text: pretty(given) }];
}

function textsIn(parts: readonly SaidPart[]): string {
  return parts.map((part) => (part.kind === 'media' ? `[${part.type}]` : part.text)).join('\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
