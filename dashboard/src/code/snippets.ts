/** A call that somebody may want to make from a program of their own. */
export type SnippetCall = {
  readonly baseUrl: string;
  /** null: the reader is to put theirs in. */
  readonly key: string | null;
  readonly model: string;
  readonly messages: Json;
  readonly parameters: Readonly<Record<string, Json>>;
};

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Language = 'curl' | 'python' | 'typescript';
export const languages: readonly Language[] = ['curl', 'python', 'typescript'];

const WRITERS: Readonly<Record<Language, (call: SnippetCall) => string>> = {
  curl: writeCurl,
  python: writePython,
  typescript: writeTypeScript,
};

/** Text that runs as it is pasted: each language's own quoting, whatever the words hold. */
export function snippetOf(language: Language, call: SnippetCall): string {
  return WRITERS[language](call);
}

function writeCurl({ baseUrl, key, model, messages, parameters }: SnippetCall): string {
  const body = JSON.stringify({ model, messages, ...parameters }, null, 2);
  // Single quotes of a shell end before an apostrophe and begin after it.
  const quoted = `'${body.replaceAll("'", "'\\''")}'`;
  const bearer = key === null ? '"Authorization: Bearer $WAYBILL_KEY"' : `'Authorization: Bearer ${key}'`;
  return `curl ${baseUrl}/chat/completions \\
  -H ${bearer} \\
  -H 'Content-Type: application/json' \\
  -d ${quoted}`;
}

/** What the Python library has an argument for; the rest goes into its `extra_body`. */
const PYTHON_ARGUMENTS = new Set(
  `temperature top_p max_tokens max_completion_tokens seed stop n frequency_penalty presence_penalty reasoning_effort
  response_format tools tool_choice parallel_tool_calls stream stream_options user metadata logprobs top_logprobs`.split(
    /\s+/,
  ),
);

function writePython({ baseUrl, key, model, messages, parameters }: SnippetCall): string {
  const entries = Object.entries(parameters);
  const known = entries.filter(([name]) => PYTHON_ARGUMENTS.has(name));
  const others = entries.filter(([name]) => !PYTHON_ARGUMENTS.has(name));
  const further = [
    ...known.map(([name, value]) => `    ${name}=${pythonOf(value)},\n`),
    ...(others.length === 0 ? [] : [`    extra_body=${pythonOf(Object.fromEntries(others))},\n`]),
  ];
  const secret = key === null ? 'os.environ["WAYBILL_KEY"]' : JSON.stringify(key);
  const printed =
    parameters['stream'] === true
      ? `for chunk in answer:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`
      : 'print(answer.choices[0].message.content)';
  return `${key === null ? 'import os\n' : ''}from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=${secret})
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=${pythonOf(messages)},
${further.join('')})
${printed}`;
}

function pythonOf(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(pythonOf).join(', ')}]`;
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonOf(each)}`);
  return `{${members.join(', ')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function writeTypeScript({ baseUrl, key, model, messages, parameters }: SnippetCall): string {
  const secret = key === null ? 'process.env.WAYBILL_KEY' : JSON.stringify(key);
  const body = JSON.stringify({ model, messages, ...parameters }, null, 2);
  const printed =
    parameters['stream'] === true
      ? "for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta.content ?? '');"
      : 'console.log(answer.choices[0].message.content);';
  return `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: ${secret} });
const answer = await client.chat.completions.create(${body});
${printed}`;
}
