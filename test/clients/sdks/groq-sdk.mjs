import Groq from 'groq-sdk';
import { keep, key, model, prompt, said, shell, url } from './conversation.mjs';

const { name, description, schema: parameters } = shell;
const groq = new Groq({ apiKey: key, baseURL: url, maxRetries: 0 });
const messages = [...said, { role: 'user', content: prompt }];
for (;;) {
  const tools = [{ type: 'function', function: { name, description, parameters } }];
  const { choices } = await groq.chat.completions.create({ model, messages, tools });
  const { message } = choices[0];
  messages.push(message);
  process.stdout.write(`${message.content}\n`);
  const calls = message.tool_calls ?? [];
  if (calls.length === 0) break;
  for (const call of calls) {
    const content = shell.run(JSON.parse(call.function.arguments));
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
}
keep(messages);
