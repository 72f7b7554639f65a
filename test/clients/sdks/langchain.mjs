import {
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  ToolMessage,
} from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { dialect, keep, key, model, prompt, said, shell, url } from './conversation.mjs';

const CHATS = {
  openai: async () => {
    const { ChatOpenAI } = await import('@langchain/openai');
    return new ChatOpenAI({ model, apiKey: key, maxRetries: 0, configuration: { baseURL: `${url}/v1` } });
  },
  anthropic: async () => {
    const { ChatAnthropic } = await import('@langchain/anthropic');
    return new ChatAnthropic({ model, apiKey: key, maxRetries: 0, anthropicApiUrl: url });
  },
};

const { name, description, schema } = shell;
const runnable = tool(async (input) => shell.run(input), { name, description, schema });
const chat = (await CHATS[dialect]()).bindTools([runnable]);
const messages = [...mapStoredMessagesToChatMessages(said), new HumanMessage(prompt)];
for (;;) {
  let whole = null;
  for await (const chunk of await chat.stream(messages)) whole = whole === null ? chunk : whole.concat(chunk);
  messages.push(whole);
  process.stdout.write(`${whole.text}\n`);
  const calls = whole.tool_calls ?? [];
  if (calls.length === 0) break;
  for (const { id, args } of calls) messages.push(new ToolMessage({ tool_call_id: id, content: shell.run(args) }));
}
keep(mapChatMessagesToStoredMessages(messages));
