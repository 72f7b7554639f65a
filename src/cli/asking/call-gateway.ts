import type { OptionValues } from 'commander';
import type { Configuration, Flags } from '../../config/index.ts';
import { requestJson } from '../../network/index.ts';
import { isJsonObject } from '../../std/index.ts';
import { gatewayUrl } from '../announce.ts';
import { exitCode } from '../exit-code.ts';
import { loadOrExit } from '../load.ts';
import { printError, printJson } from '../output.ts';
import { masterKeyFile, readSecretFile } from '../secret-files.ts';

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** With the master key. What is made is made by the gateway that runs: it alone knows all of it at once. */
export async function callGateway(
  flags: Flags,
  options: OptionValues,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const configuration = await loadOrExit(flags);
  const base = typeof options['url'] === 'string' ? options['url'] : gatewayUrl(configuration.server);
  try {
    const answer = await requestJson(
      new URL(path, base),
      method,
      { ...headers, authorization: `Bearer ${masterKeyOf(configuration)}` },
      body,
    );
    return { status: answer.status, body: isJsonObject(answer.body) ? answer.body : {} };
  } catch (error) {
    printError(
      `No gateway answers at ${base} (${error instanceof Error ? error.message : error}); start it with npm start, or name it with --url.`,
    );
    process.exit(exitCode.failed);
  }
}

function masterKeyOf({ secrets, server }: Configuration): string {
  const key = secrets.masterKey?.value ?? readSecretFile(masterKeyFile(server.dataDir));
  if (key !== null) return key;
  printError(
    `There is no master key: set WAYBILL_MASTER_KEY, or start the gateway once with the data folder ${server.dataDir}.`,
  );
  process.exit(exitCode.failed);
}

export function showAnswer(answer: Answer, options: OptionValues, text: (body: Answer['body']) => void): void {
  if (answer.status >= 300) {
    const { error } = answer.body;
    const message =
      typeof error === 'object' && error !== null && 'message' in error
        ? String(error.message)
        : `status ${answer.status}`;
    printError(message);
    process.exitCode = exitCode.failed;
  } else if (options['json'] === true) printJson(answer.body);
  else text(answer.body);
}

/** What is no number must not reach JSON: it has none for it but null, which means no limit. */
export function numberOf(flag: string, option: unknown): number | undefined {
  if (option === undefined) return undefined;
  const number = option === '' ? Number.NaN : Number(option);
  if (Number.isFinite(number)) return number;
  printError(`${flag}: expected a number, got '${option}'.`);
  process.exit(exitCode.failed);
}
