import { OpenRouter } from '@openrouter/sdk';
import { keep, key, model, prompt, said, shell, url } from './conversation.mjs';

const { name, description, schema: parameters } = shell;
const openRouter = new OpenRouter({ apiKey: key, serverURL: `${url}/api/v1` });
const messages = [...said, { role: 'user', content: prompt }];
for (;;) {
  const tools = [{ type: 'function', function: { name, description, parameters } }];
  const { choices } = await openRouter.chat.send({ chatRequest: { model, messages, tools } });
  const { message } = choices[0];
  messages.push(message);
  process.stdout.write(`${message.content}\n`);
  const calls = message.toolCalls ?? [];
  if (calls.length === 0) break;
  for (const call of calls) {
    const content = shell.run(JSON.parse(call.function.arguments));
    messages.push({ role: 'tool', toolCallId: call.id, content });
  }
}
keep(messages);
