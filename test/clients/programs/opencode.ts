import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

/** It speaks four dialects, each through the package of the AI SDK that comes with it. */
const SDKS = {
  '@ai-sdk/openai-compatible': { path: '/v1', echoesSeals: [], echoesIds: true },
  '@ai-sdk/openai': { path: '/v1', echoesSeals: ['thought', 'call'], echoesIds: true },
  '@ai-sdk/anthropic': { path: '/v1', echoesSeals: ['thought', 'call'], echoesIds: true },
  '@ai-sdk/google': { path: '/v1beta', echoesSeals: ['thought', 'call'], echoesIds: false },
} as const;

export function opencode(sdk: keyof typeof SDKS): Program {
  const { path, echoesSeals, echoesIds } = SDKS[sdk];
  return {
    name: `opencode (${sdk.replace('@ai-sdk/', '')})`,
    installation: { name: 'opencode', packages: { 'opencode-ai': '1.18.33' } },
    bin: 'opencode',
    tool: { name: 'bash', input: { command: COMMAND, description: 'Prints a word' } },
    echoesSeals,
    echoesIds,
    command: ({ url, key, model, prompt, goOn }) => ({
      args: ['run', ...(goOn ? ['--continue'] : []), '--model', `waybill/${model}`, prompt],
      env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1' },
      files: {
        '.config/opencode/opencode.json': JSON.stringify({
          permission: 'allow',
          small_model: `waybill/${model}`,
          provider: {
            waybill: {
              npm: sdk,
              options: { baseURL: url + path, apiKey: key },
              models: {
                [model]: { name: model, reasoning: true, tool_call: true, limit: { context: 200_000, output: 32_000 } },
              },
            },
          },
        }),
      },
    }),
  };
}
