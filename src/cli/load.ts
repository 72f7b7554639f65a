import { type Configuration, type Flags, formatFault, loadConfiguration, readEnvironment } from '../config/index.ts';
import { knownProviders } from '../providers/index.ts';
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
    providers: knownProviders(),
    cwd: process.cwd(),
  });
}
