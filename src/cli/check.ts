import { type ConfigurationFault, type Flags, formatFault, maskedConfiguration } from '../config/index.ts';
import { credentialFaults } from '../policies.ts';
import { exitCode } from './exit-code.ts';
import { load } from './load.ts';
import { print, printError, printJson } from './output.ts';

export async function checkCommand(flags: Flags, json: boolean): Promise<void> {
  const loaded = await load(flags);
  const faults = loaded.ok ? credentialFaults(loaded.configuration).map(withoutPlace) : loaded.faults;
  if (!loaded.ok || faults.length > 0) {
    if (json) printJson({ ok: false, faults });
    else for (const fault of faults) printError(formatFault(fault));
    process.exitCode = exitCode.configuration;
    return;
  }
  const masked = maskedConfiguration(loaded.configuration);
  if (json) return printJson({ ok: true, configuration: masked });
  for (const notice of loaded.configuration.notices) printError(notice);
  const { stringify } = await import('yaml');
  print(stringify(masked).trimEnd());
}

function withoutPlace(message: string): ConfigurationFault {
  return { file: null, line: null, column: null, message };
}
