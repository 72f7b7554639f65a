import type { Flags } from '../config/index.ts';
import { gatewayUrl } from './announce.ts';
import { type ClientSettings, clientNames, clientSettings, isClientName } from './client-settings.ts';
import { exitCode } from './exit-code.ts';
import { loadOrExit } from './load.ts';
import { print, printError, printJson } from './output.ts';

type Options = { readonly url?: string; readonly key?: string; readonly model?: string; readonly json?: boolean };

/** Prints what points a client at this gateway; nothing is written anywhere. */
export async function envCommand(client: string, flags: Flags, options: Options): Promise<void> {
  if (!isClientName(client)) {
    printError(`There are no settings for '${client}'; there are for ${clientNames.join(', ')}.`);
    process.exit(exitCode.configuration);
  }
  const url = (options.url ?? gatewayUrl((await loadOrExit(flags)).server)).replace(/\/+$/, '');
  const settings = clientSettings(client, { url, key: options.key ?? null, model: options.model ?? null });
  if (options.json === true) printJson(settings);
  else print(shellText(settings));
}

function shellText({ variables, file }: ClientSettings): string {
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const lines = file === null ? [] : ['', `# ${file.path}`, ...file.text.split('\n').map((line) => `# ${line}`)];
  return [...exports, ...lines].join('\n');
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
