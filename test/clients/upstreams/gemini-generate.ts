import type { JsonObject } from '../../../src/std/index.ts';
import { type Asked, type Said, SEAL, TOKENS } from '../scenario.ts';
import { object, objects, text, textOf, textsOf } from './read.ts';
import { halves, type ScriptedDialect } from './scripted-dialect.ts';

function read(path: string, body: JsonObject): Omit<Asked, 'number'> {
  const contents = objects(body['contents']);
  const parts = contents.flatMap((content) => objects(content['parts']));
  const config = object(body['generationConfig']);
  const declarations = objects(body['tools']).flatMap((tool) => objects(tool['functionDeclarations']));
  return {
    path,
    model: /models\/([^:]+):/.exec(path)?.[1] ?? '',
    stream: path.includes(':streamGenerateContent'),
    tools: textsOf(declarations.map(({ name }) => name)),
    calls: textsOf(parts.map((part) => object(part['functionCall'])['name'])),
    results: resultsIn(parts),
    seals: textsOf(parts.map((part) => (part['functionCall'] === undefined ? null : part['thoughtSignature']))),
    userText: contents
      .filter(({ role }) => role !== 'model')
      .map((content) => textOf(content['parts']))
      .join('\n'),
    schema: config['responseJsonSchema'] ?? config['responseSchema'] ?? null,
    body,
  };
}

/** Gemini CLI says each of them twice when it goes on, and Google bears that. */
function resultsIn(parts: readonly JsonObject[]): Asked['results'] {
  const responses = parts.flatMap((part) => (part['functionResponse'] === undefined ? [] : part['functionResponse']));
  const distinct = [...new Set(responses.map((response) => JSON.stringify(response)))];
  return distinct.map((response) => {
    const { name, response: result } = object(JSON.parse(response));
    return { id: text(name), text: JSON.stringify(result) };
  });
}

/** The calls of most recordings have no ids, and the first of them bears the seal. */
function write(said: Said, { stream, model, number }: Asked): { type: string; body: string } {
  const parts = [
    ...(said.thought === null ? [] : [{ text: said.thought, thought: true }]),
    ...halves(said.text).map((piece) => ({ text: piece })),
    ...(said.call === null
      ? []
      : [{ functionCall: { name: said.call.name, args: said.call.input }, thoughtSignature: SEAL }]),
  ];
  const counts = { promptTokenCount: TOKENS.input, totalTokenCount: TOKENS.input + TOKENS.output };
  const usage = said.thought === null ? { ...counts, candidatesTokenCount: TOKENS.output } : thoughtful(counts);
  const event = (some: readonly object[], finish: object): object => ({
    candidates: [{ content: { parts: some, role: 'model' }, index: 0, ...finish }],
    usageMetadata: usage,
    modelVersion: model,
    responseId: `marmalade${number}`,
  });
  const end = { finishReason: 'STOP' };
  if (!stream) return { type: 'application/json; charset=UTF-8', body: JSON.stringify(event(parts, end)) };
  const events = parts.map((part, index) => event([part], index === parts.length - 1 ? end : {}));
  return {
    type: 'text/event-stream',
    body: events.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join(''),
  };
}

/** Thoughts are counted beside the answer, and both are billed. */
function thoughtful(counts: object): object {
  return { ...counts, candidatesTokenCount: TOKENS.output - 10, thoughtsTokenCount: 10 };
}

export const geminiGenerate: ScriptedDialect = {
  name: 'Gemini',
  provider: 'gemini',
  basePath: '',
  path: /^\/v1beta\/models\/[^:/]+:(?:streamGenerateContent\?alt=sse|generateContent)$/,
  seals: 'call',
  speaks: 'gemini-generate',
  callId: (tool) => tool,
  read,
  write,
};
