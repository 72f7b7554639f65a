import type { OptionValues } from 'commander';
import type { Flags } from '../../config/index.ts';
import { exitCode } from '../exit-code.ts';
import { print, printError, printJson } from '../output.ts';
import { callGateway, numberOf, showAnswer } from './call-gateway.ts';

export async function createKeyCommand(flags: Flags, options: OptionValues): Promise<void> {
  const answer = await callGateway(flags, options, 'POST', '/key/generate', {
    key_alias: options['alias'],
    key_type: options['management'] === true ? 'management' : options['scim'] === true ? 'scim' : undefined,
    organization_id: options['organization'],
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
  showAnswer(answer, options, ({ key, token_id: id }) => {
    print(String(key));
    printError(`This is the only time that the key is shown. Its id is ${id}.`);
  });
}

export async function listKeysCommand(flags: Flags, options: OptionValues): Promise<void> {
  const answer = await callGateway(flags, options, 'GET', '/key/list?return_full_object=true&size=100');
  showAnswer(answer, options, ({ keys }) => {
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
  showAnswer(await callGateway(flags, options, 'GET', `/key/info?key=${encodeURIComponent(name)}`), options, (body) =>
    printJson(body),
  );
}

export async function rotateKeyCommand(name: string, flags: Flags, options: OptionValues): Promise<void> {
  const body = { key: name, grace_period: options['grace'] };
  const answer = await callGateway(flags, options, 'POST', '/key/regenerate', body);
  showAnswer(answer, options, ({ key, token_id: id, grace_period_ends_at: until }) => {
    print(String(key));
    printError(`This is the only time that the key is shown. Its id is ${id} as before.`);
    const former = until === null ? 'does not work any more' : `works until ${until}`;
    printError(`The former secret ${former}.`);
  });
}

export async function revokeKeysCommand(names: readonly string[], flags: Flags, options: OptionValues): Promise<void> {
  const answer = await callGateway(flags, options, 'POST', '/key/delete', { keys: names });
  showAnswer(answer, options, ({ deleted_keys: deleted }) =>
    print(`revoked: ${Array.isArray(deleted) ? deleted.join(', ') : ''}`),
  );
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
