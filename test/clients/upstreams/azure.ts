import { isJsonObject, type JsonObject } from '../../../src/std/index.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiResponses } from './openai-responses.ts';
import type { ScriptedDialect } from './scripted-dialect.ts';

const FILTERED = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } };
const PROMPT = { prompt_filter_results: [{ prompt_index: 0, content_filter_results: FILTERED }] };

export const azureResponses: ScriptedDialect = {
  ...openAiResponses,
  name: 'Azure Responses',
  provider: 'azure',
  basePath: '/openai/v1',
  path: /^\/openai\/v1\/responses$/,
};

/** A dated version of the API: the address names the deployment. What its filters say comes along. */
export const azureChat: ScriptedDialect = {
  ...openAiChat,
  name: 'Azure chat',
  provider: 'azure',
  settings: { api_version: '2024-10-21' },
  basePath: '',
  path: /^\/openai\/deployments\/[^/]+\/chat\/completions\?api-version=2024-10-21$/,
  read: (path, body) => ({ ...openAiChat.read(path, body), model: path.split('/')[3] ?? '' }),
  write: (said, asked) => {
    const { type, body } = openAiChat.write(said, asked);
    const text = String(body);
    if (!asked.stream) return { type, body: JSON.stringify({ ...judged(JSON.parse(text)), ...PROMPT }) };
    const events = text.replaceAll(
      /^data: (\{.*)$/gm,
      (_, event: string) => `data: ${JSON.stringify(judged(JSON.parse(event)))}`,
    );
    const first = { choices: [], created: 0, id: '', model: '', object: '', ...PROMPT };
    return { type, body: `data: ${JSON.stringify(first)}\n\n${events}` };
  },
};

function judged(answer: JsonObject): JsonObject {
  const choices = Array.isArray(answer['choices']) ? answer['choices'].filter(isJsonObject) : [];
  return { ...answer, choices: choices.map((choice) => ({ ...choice, content_filter_results: FILTERED })) };
}
