import { type Flags, formatFault, maskedConfiguration } from '../config/index.ts';
import { exitCode } from './exit-code.ts';
import { load } from './load.ts';
import { print, printError, printJson } from './output.ts';

export async function checkCommand(flags: Flags, json: boolean): Promise<void> {
  const loaded = await load(flags);
  if (!loaded.ok) {
    if (json) printJson({ ok: false, faults: loaded.faults });
    else for (const fault of loaded.faults) printError(formatFault(fault));
    process.exitCode = exitCode.configuration;
    return;
  }
  const masked = maskedConfiguration(loaded.configuration);
  if (json) return printJson({ ok: true, configuration: masked });
  for (const notice of loaded.configuration.notices) printError(notice);
  const { stringify } = await import('yaml');
  print(stringify(masked).trimEnd());
}
