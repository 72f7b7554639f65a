import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

const PROGRAM = {
  installation: { name: 'codex', packages: { '@openai/codex': '0.169.0' } },
  bin: 'codex',
  tool: { name: 'exec_command', input: { cmd: COMMAND } },
  echoesSeals: ['thought', 'call'],
  echoesIds: true,
} as const;

function args(goOn: boolean, prompt: string): readonly string[] {
  const options = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
  return goOn ? ['exec', ...options, 'resume', '--last', prompt] : ['exec', ...options, prompt];
}

const COMMON = 'check_for_update_on_startup = false\n[analytics]\nenabled = false\n';

/** A provider of one's own: the Responses API over server-sent events. */
export const codexOverSse: Program = {
  ...PROGRAM,
  name: 'Codex (own provider)',
  command: ({ url, key, model, prompt, goOn }) => ({
    args: args(goOn, prompt),
    env: { WAYBILL_KEY: key },
    files: {
      '.codex/config.toml': `model = "${model}"
model_provider = "waybill"
${COMMON}
[model_providers.waybill]
name = "Waybill"
base_url = "${url}/v1"
env_key = "WAYBILL_KEY"
wire_api = "responses"
`,
    },
  }),
};

/** The built-in provider at another address: it opens a WebSocket, and stays on it. */
export const codexOverWebSocket: Program = {
  ...PROGRAM,
  name: 'Codex (built-in provider)',
  command: ({ url, key, model, prompt, goOn }) => ({
    args: args(goOn, prompt),
    env: {},
    files: {
      '.codex/config.toml': `model = "${model}"\nopenai_base_url = "${url}/v1"\n${COMMON}`,
      '.codex/auth.json': JSON.stringify({ auth_mode: 'apikey', OPENAI_API_KEY: key }),
    },
  }),
};
