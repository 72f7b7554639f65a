import type { OptionValues } from 'commander';
import type { Configuration, Flags } from '../config/index.ts';
import { requestJson } from '../network/index.ts';
import { isJsonObject } from '../std/index.ts';
import { gatewayUrl } from './announce.ts';
import { exitCode } from './exit-code.ts';
import { loadOrExit } from './load.ts';
import { print, printError, printJson } from './output.ts';
import { masterKeyFile, readSecretFile } from './secret-files.ts';

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

export async function createKeyCommand(flags: Flags, options: OptionValues): Promise<void> {
  const answer = await call(flags, options, 'POST', '/key/generate', {
    key_alias: options['alias'],
    models: typeof options['models'] === 'string' ? options['models'].split(',').map((name) => name.trim()) : undefined,
    max_budget: numberOf('--max-budget', options['maxBudget']),
    soft_budget: numberOf('--soft-budget', options['softBudget']),
    budget_duration: options['budgetDuration'],
    model_max_budget: byModel('--model-budget', options['modelBudget'], (usd, per) =>
      per === undefined ? usd : { budget_limit: usd, time_period: per },
    ),
    rpm_limit: numberOf('--rpm', options['rpm']),
    tpm_limit: numberOf('--tpm', options['tpm']),
    max_parallel_requests: numberOf('--parallel', options['parallel']),
    model_rpm_limit: byModel('--model-rpm', options['modelRpm'], (rate) => rate),
    model_tpm_limit: byModel('--model-tpm', options['modelTpm'], (rate) => rate),
    duration: options['duration'],
    user_id: options['user'],
    team_id: options['team'],
  });
  show(answer, options, ({ key, token_id: id }) => {
    print(String(key));
    printError(`This is the only time that the key is shown. Its id is ${id}.`);
  });
}

export async function listKeysCommand(flags: Flags, options: OptionValues): Promise<void> {
  const answer = await call(flags, options, 'GET', '/key/list?return_full_object=true&size=100');
  show(answer, options, ({ keys }) => {
    for (const key of Array.isArray(keys) ? keys : []) {
      print(
        [
          key.token_id,
          key.key_name,
          key.key_alias ?? '-',
          `budget ${key.max_budget ?? 'none'}${key.budget_duration === null ? '' : ` per ${key.budget_duration}`}`,
          `spent ${key.spend}`,
          `rpm ${key.rpm_limit ?? 'none'}`,
        ].join('\t'),
      );
    }
  });
}

export async function showKeyCommand(name: string, flags: Flags, options: OptionValues): Promise<void> {
  show(await call(flags, options, 'GET', `/key/info?key=${encodeURIComponent(name)}`), options, (body) =>
    printJson(body),
  );
}

export async function rotateKeyCommand(name: string, flags: Flags, options: OptionValues): Promise<void> {
  const answer = await call(flags, options, 'POST', '/key/regenerate', { key: name, grace_period: options['grace'] });
  show(answer, options, ({ key, token_id: id, grace_period_ends_at: until }) => {
    print(String(key));
    printError(`This is the only time that the key is shown. Its id is ${id} as before.`);
    const former = until === null ? 'does not work any more' : `works until ${until}`;
    printError(`The former secret ${former}.`);
  });
}

export async function revokeKeysCommand(names: readonly string[], flags: Flags, options: OptionValues): Promise<void> {
  const answer = await call(flags, options, 'POST', '/key/delete', { keys: names });
  show(answer, options, ({ deleted_keys: deleted }) =>
    print(`revoked: ${Array.isArray(deleted) ? deleted.join(', ') : ''}`),
  );
}

function show(answer: Answer, options: OptionValues, text: (body: Answer['body']) => void): void {
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
function numberOf(flag: string, option: unknown): number | undefined {
  if (option === undefined) return undefined;
  const number = option === '' ? Number.NaN : Number(option);
  if (Number.isFinite(number)) return number;
  printError(`${flag}: expected a number, got '${option}'.`);
  process.exit(exitCode.failed);
}

/** `name=10` and, where a period may follow, `name=10/1d`. A name may hold both signs. */
function byModel<Value>(
  flag: string,
  option: unknown,
  read: (number: number, per: string | undefined) => Value,
): Readonly<Record<string, Value>> | undefined {
  if (!Array.isArray(option)) return undefined;
  return Object.fromEntries(
    option.map((given: unknown) => {
      const [, name, number, per] = /^(.+)=(\d[\d.]*)(?:\/(\w+))?$/.exec(String(given)) ?? [];
      if (name === undefined || !Number.isFinite(Number(number))) {
        printError(`${flag}: expected a model and a number such as gpt-4o=10, got '${given}'.`);
        process.exit(exitCode.failed);
      }
      return [name, read(Number(number), per)];
    }),
  );
}

/** Keys are made by the gateway that runs: it alone knows all of them at once. */
async function call(
  flags: Flags,
  options: OptionValues,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const configuration = await loadOrExit(flags);
  const base = typeof options['url'] === 'string' ? options['url'] : gatewayUrl(configuration.server);
  try {
    const answer = await requestJson(
      new URL(path, base),
      method,
      { authorization: `Bearer ${masterKeyOf(configuration)}` },
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
