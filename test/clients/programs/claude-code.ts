import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

export const claudeCode: Program = {
  name: 'Claude Code',
  installation: { name: 'claude-code', packages: { '@anthropic-ai/claude-code': '2.1.331' } },
  bin: 'claude',
  tool: { name: 'Bash', input: { command: COMMAND, description: 'Prints a word' } },
  echoesSeals: ['thought', 'call'],
  forgetsSeals: 'anthropic-messages',
  echoesIds: true,
  command: ({ url, key, model, prompt, goOn }) => ({
    args: [...(goOn ? ['--continue'] : []), '-p', prompt, '--allowedTools', 'Bash'],
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_AUTOUPDATER: '1',
    },
    files: {},
  }),
};
