import { join } from 'node:path';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { type Installation, install } from './install.ts';
import { newHome } from './programs/home.ts';
import { runProgram } from './programs/run-program.ts';

const INSTALLATION: Installation = { name: 'compatcanary', packages: { compatcanary: '0.2.2' } };
const CHECKS = 7;
export const SCANNER = `compatcanary 0.2.2, ${CHECKS} checks of the sandbox`;

/** An independent scanner of OpenAI-compatible servers, against the sandbox. Throws what it finds missing. */
export async function runScan(scope: Scope): Promise<void> {
  const bin = join(install(INSTALLATION), 'node_modules', '.bin', 'compatcanary');
  const gateway = await startGateway(scope);
  const { output, errors } = await runProgram(scope, bin, newHome(scope), {
    args: [
      ...['scan', '--base-url', `${gateway.url}/v1`, '--model', 'sandbox/tools'],
      ...['--profile', 'modern', '--format', 'json'],
    ],
    env: { OPENAI_API_KEY: MASTER_KEY },
    files: {},
  });
  const found = output.startsWith('{') ? (JSON.parse(output) as Report) : null;
  if (found === null) throw new Error(`it printed no report but ${errors}${output}`);
  const missed = found.results.filter(({ status }) => status !== 'pass').map(({ id, summary }) => `${id}: ${summary}`);
  if (missed.length > 0) throw new Error(missed.join('\n'));
  if (found.results.length !== CHECKS) throw new Error(`it made ${found.results.length} checks, not ${CHECKS}`);
}

type Report = {
  readonly results: readonly { readonly id: string; readonly status: string; readonly summary: string }[];
};
