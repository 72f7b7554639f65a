import { type Configuration, type Flags, formatFault, loadConfiguration, readEnvironment } from '../config/index.ts';
import { providerIds, providerRow } from '../providers/index.ts';
import { exitCode } from './exit-code.ts';
import { printError, printJson } from './output.ts';

/** Loads the configuration for a command; a wrong one ends the program with every fault on a line of its own. */
export async function loadOrExit(flags: Flags, json = false): Promise<Configuration> {
  const loaded = await load(flags);
  if (loaded.ok) return loaded.configuration;
  if (json) printJson({ ok: false, faults: loaded.faults });
  else for (const fault of loaded.faults) printError(formatFault(fault));
  process.exit(exitCode.configuration);
}

export function load(flags: Flags): ReturnType<typeof loadConfiguration> {
  return loadConfiguration({
    flags,
    environment: readEnvironment(),
    providers: providersForConfiguration(),
    cwd: process.cwd(),
  });
}

function providersForConfiguration(): Parameters<typeof loadConfiguration>[0]['providers'] {
  return providerIds().flatMap((id) => {
    const row = providerRow(id);
    return row === null
      ? []
      : [
          {
            id,
            variables: row.variables,
            ambient: row.ambient,
            needsBaseUrl: row.baseUrl === null,
            keyOptional: row.auth === 'optional-bearer' || row.auth === 'none',
            addressParts: row.addressParts,
            isCloud: row.signing !== null,
            findsIdentity: row.signing?.by === 'aws' || row.signing?.by === 'google',
          },
        ];
  });
}
