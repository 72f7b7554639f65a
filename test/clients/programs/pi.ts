import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

const BOTH = ['thought', 'call'] as const;

/** It speaks four dialects, each through its maker's SDK; in chat completions it keeps encrypted seals of calls alone. */
const APIS = {
  'openai-completions': { path: '/v1', echoesSeals: ['call'], echoesIds: true },
  'openai-responses': { path: '/v1', echoesSeals: BOTH, echoesIds: true },
  'anthropic-messages': { path: '', echoesSeals: BOTH, echoesIds: true },
  'google-generative-ai': { path: '/v1beta', echoesSeals: BOTH, echoesIds: false },
} as const;

export function pi(api: keyof typeof APIS): Program {
  const { path, echoesSeals, echoesIds } = APIS[api];
  return {
    name: `pi (${api})`,
    installation: { name: 'pi', packages: { '@mariozechner/pi-coding-agent': '0.73.1' } },
    bin: 'pi',
    tool: { name: 'bash', input: { command: COMMAND } },
    echoesSeals,
    echoesIds,
    command: ({ url, key, model, prompt, goOn }) => ({
      args: [
        ...['--provider', 'waybill', '--model', model, '--thinking', 'high'],
        ...(goOn ? ['--continue'] : []),
        ...['-p', prompt],
      ],
      env: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
      files: {
        '.pi/agent/models.json': JSON.stringify({
          providers: {
            waybill: { baseUrl: url + path, apiKey: key, api, models: [{ id: model, reasoning: true }] },
          },
        }),
      },
    }),
  };
}
