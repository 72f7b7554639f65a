/** A call that somebody may want to make from a program of their own. */
export type SnippetCall = {
  readonly baseUrl: string;
  /** null: the reader is to put theirs in. */
  readonly key: string | null;
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
};

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

function writePython({ baseUrl, key, model, messages, parameters }: SnippetCall): string {
  const further = Object.entries(parameters).map(([name, value]) => `    ${name}=${pythonOf(value)},\n`);
  const secret = key === null ? 'os.environ["WAYBILL_KEY"]' : JSON.stringify(key);
  return `${key === null ? 'import os\n' : ''}from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=${secret})
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=${JSON.stringify(messages)},
${further.join('')})
print(answer.choices[0].message.content)`;
}

function pythonOf(value: number | string | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

function writeTypeScript({ baseUrl, key, model, messages, parameters }: SnippetCall): string {
  const secret = key === null ? 'process.env.WAYBILL_KEY' : JSON.stringify(key);
  const body = JSON.stringify({ model, messages, ...parameters }, null, 2);
  return `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: ${secret} });
const answer = await client.chat.completions.create(${body});
console.log(answer.choices[0].message.content);`;
}
