import { isJsonObject, type JsonObject, randomText } from '../../std/index.ts';
import { minimalValue } from './minimal-value.ts';
import { type AnswerLabels, errorAnswer, plainAnswer, type SandboxAnswer, streamAnswer } from './sandbox-answer.ts';
import type { SandboxModel } from './sandbox-models.ts';
import { type GenerationSettings, readSettings, textOf } from './sandbox-request.ts';
import { countTokens, cutText, loremText, splitWords } from './sandbox-text.ts';

/** 20 words a second. */
const PACE_MS = 50;
const PLAIN_DELAY_MS = 150;

type ToolCall = { readonly name: string; readonly arguments: string };
type Said = {
  readonly text: string;
  readonly finish: 'stop' | 'length' | 'tool_calls';
  readonly call: ToolCall | null;
};
type ChatUsage = { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };

export function chatAnswer(body: JsonObject, model: SandboxModel, labels: AnswerLabels): SandboxAnswer {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isJsonObject)) {
    return errorAnswer(400, null, "'messages' must be a list of at least one message.", 'messages');
  }
  const inputTokens = countTokens(messages.map((message) => textOf(message['content'])).join('\n'));
  if (inputTokens > model.contextWindow) {
    const message = `This model's maximum context length is ${model.contextWindow} tokens. However, your messages resulted in ${inputTokens} tokens.`;
    return errorAnswer(400, 'context_length_exceeded', message, 'messages');
  }
  const settings = readSettings(body, model.maxOutput);
  const said = say(body, messages, model, settings);
  const outputTokens = countTokens(said.text + (said.call?.arguments ?? '')) * settings.n;
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  const isPaced = model.id === 'lorem';
  if (settings.stream) return streamAnswer(chunks(said, settings, usage, labels), isPaced ? PACE_MS : 0);
  return plainAnswer(completion(said, settings, usage, labels), isPaced ? PLAIN_DELAY_MS : 0);
}

function say(
  body: JsonObject,
  messages: readonly JsonObject[],
  model: SandboxModel,
  settings: GenerationSettings,
): Said {
  const call = model.id === 'tools' ? callTool(body, messages) : null;
  if (call !== null) return { text: '', finish: 'tool_calls', call };
  const text = model.says ?? asFormat(body, textFor(model, messages));
  return { ...cutText(text, settings.stops, settings.maxTokens), call: null };
}

function textFor(model: SandboxModel, messages: readonly JsonObject[]): string {
  if (model.id === 'lorem') return loremText;
  const last = messages.at(-1);
  if (model.id === 'tools')
    return last?.['role'] === 'tool' ? `The tool answered: ${textOf(last['content'])}` : 'No tool was offered.';
  const lastOfUser = messages.findLast((message) => message['role'] === 'user') ?? last;
  return textOf(lastOfUser?.['content']);
}

/** JSON where JSON was asked for: the least that the schema allows, or the text in an object. */
function asFormat(body: JsonObject, text: string): string {
  const format = body['response_format'];
  if (!isJsonObject(format)) return text;
  if (format['type'] === 'json_object') return JSON.stringify({ answer: text });
  if (format['type'] !== 'json_schema' || !isJsonObject(format['json_schema'])) return text;
  return JSON.stringify(minimalValue(format['json_schema']['schema']));
}

/** The tool that `tool_choice` names, else the first; null: none offered, forbidden, or it has answered already. */
function callTool(body: JsonObject, messages: readonly JsonObject[]): ToolCall | null {
  const choice = body['tool_choice'];
  if (choice === 'none' || messages.at(-1)?.['role'] === 'tool' || !Array.isArray(body['tools'])) return null;
  const offered = body['tools'].map((tool) => (isJsonObject(tool) ? tool['function'] : null)).filter(isJsonObject);
  const chosen = isJsonObject(choice) && isJsonObject(choice['function']) ? choice['function']['name'] : null;
  const tool = offered.find((candidate) => chosen === null || candidate['name'] === chosen);
  if (tool === undefined) return null;
  const parameters = tool['parameters'] ?? { type: 'object', properties: {} };
  return { name: String(tool['name']), arguments: JSON.stringify(minimalValue(parameters)) };
}

function completion(said: Said, settings: GenerationSettings, usage: ChatUsage, labels: AnswerLabels): unknown {
  const choices = Array.from({ length: settings.n }, (_, index) => ({
    index,
    message: {
      role: 'assistant',
      content: said.call === null ? said.text : null,
      refusal: null,
      ...(said.call === null ? {} : { tool_calls: [toolCall(said.call)] }),
    },
    logprobs: null,
    finish_reason: said.finish,
  }));
  return { ...head('chat.completion', labels), choices, usage };
}

function chunks(said: Said, settings: GenerationSettings, usage: ChatUsage, labels: AnswerLabels): readonly unknown[] {
  const base = { ...head('chat.completion.chunk', labels), ...(settings.includeUsage ? { usage: null } : {}) };
  const indexes = Array.from({ length: settings.n }, (_, index) => index);
  const chunk = (index: number, delta: unknown, finish: string | null): unknown => ({
    ...base,
    choices: [{ index, delta, logprobs: null, finish_reason: finish }],
  });
  const opening = { role: 'assistant', content: said.call === null ? '' : null, refusal: null };
  const events = indexes.map((index) => chunk(index, opening, null));
  for (const delta of said.call === null
    ? splitWords(said.text).map((word) => ({ content: word }))
    : callDeltas(said.call)) {
    events.push(...indexes.map((index) => chunk(index, delta, null)));
  }
  events.push(...indexes.map((index) => chunk(index, {}, said.finish)));
  if (settings.includeUsage) events.push({ ...base, choices: [], usage });
  return events;
}

/** The call's name first, then its arguments in two pieces, as real streams do it. */
function callDeltas(call: ToolCall): readonly unknown[] {
  const half = Math.ceil(call.arguments.length / 2);
  const pieces = [call.arguments.slice(0, half), call.arguments.slice(half)].filter((piece) => piece !== '');
  return [
    { tool_calls: [{ index: 0, ...toolCall({ ...call, arguments: '' }) }] },
    ...pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
  ];
}

function toolCall(call: ToolCall): { id: string; type: string; function: ToolCall } {
  return { id: `call_${randomText(24)}`, type: 'function', function: call };
}

function head(object: string, labels: AnswerLabels): Record<string, unknown> {
  return {
    id: `chatcmpl-${labels.id}`,
    object,
    created: labels.createdS,
    model: labels.model,
    system_fingerprint: 'sandbox',
  };
}
