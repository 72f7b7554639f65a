import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

/** Without a model it first asks a small one which to take, in JSON of a schema. */
export const geminiCli: Program = {
  name: 'Gemini CLI',
  installation: { name: 'gemini-cli', packages: { '@google/gemini-cli': '0.61.0' } },
  bin: 'gemini',
  tool: { name: 'run_shell_command', input: { command: COMMAND } },
  alsoAsks: ['gemini-3.8-flash', 'gemini-3.5-flash-lite'],
  // It leaves its thoughts out of what it says again.
  echoesSeals: ['call'],
  forgetsSeals: true,
  echoesIds: true,
  command: ({ url, key, prompt, goOn }) => ({
    args: [...(goOn ? ['--resume', 'latest'] : []), '--approval-mode', 'yolo', '-p', prompt],
    env: { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key, GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    files: {
      '.gemini/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true, disableUpdateNag: true },
        telemetry: { enabled: false },
      }),
    },
  }),
};
