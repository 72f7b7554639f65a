import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

/** It speaks four dialects, each through its maker's SDK. */
const APIS = {
  'openai-completions': { path: '/v1', echoesSeals: true },
  'openai-responses': { path: '/v1', echoesSeals: true },
  'anthropic-messages': { path: '', echoesSeals: true },
  'google-generative-ai': { path: '/v1beta', echoesSeals: true },
} as const;

export function pi(api: keyof typeof APIS): Program {
  const { path, echoesSeals } = APIS[api];
  return {
    name: `pi (${api})`,
    installation: { name: 'pi', packages: { '@mariozechner/pi-coding-agent': '0.73.1' } },
    bin: 'pi',
    tool: { name: 'bash', input: { command: COMMAND } },
    echoesSeals,
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
