import { isStepCount, jsonSchema, streamText, tool } from 'ai';
import { dialect, keep, key, model, prompt, said, shell, url } from './conversation.mjs';

const PROVIDERS = {
  'openai-compatible': async () => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    return createOpenAICompatible({ name: 'waybill', baseURL: `${url}/v1`, apiKey: key, includeUsage: true })(model);
  },
  openai: async () => (await import('@ai-sdk/openai')).createOpenAI({ baseURL: `${url}/v1`, apiKey: key })(model),
  anthropic: async () =>
    (await import('@ai-sdk/anthropic')).createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model),
  google: async () =>
    (await import('@ai-sdk/google')).createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: key })(model),
};

const messages = [...said, { role: 'user', content: prompt }];
const result = streamText({
  model: await PROVIDERS[dialect](),
  messages,
  stopWhen: isStepCount(3),
  maxRetries: 0,
  // Without them its thoughts stay at OpenAI, by reference.
  providerOptions: { openai: { store: false, include: ['reasoning.encrypted_content'], forceReasoning: true } },
  tools: {
    [shell.name]: tool({
      description: shell.description,
      inputSchema: jsonSchema(shell.schema),
      execute: async (input) => shell.run(input),
    }),
  },
  onError: ({ error }) => {
    throw error;
  },
});
for await (const text of result.textStream) process.stdout.write(text);
keep([...messages, ...(await result.responseMessages)]);
