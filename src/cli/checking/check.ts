import {
  type Configuration,
  type ConfigurationFault,
  type Flags,
  formatFault,
  maskedConfiguration,
} from '../../config/index.ts';
import { credentialFaults } from '../../policies.ts';
import { buildDesired } from '../desired.ts';
import { exitCode } from '../exit-code.ts';
import { load } from '../load.ts';
import { print, printError, printJson } from '../output.ts';
import { diffLines, shownChanges } from './diff-text.ts';
import { type Planned, plannedChanges } from './planned-changes.ts';

export type CheckAsked = {
  readonly json: boolean;
  /** Instead of the configuration: what it would change of who there is. */
  readonly diff: boolean;
};

export async function checkCommand(flags: Flags, asked: CheckAsked): Promise<void> {
  const loaded = await load(flags);
  const faults = loaded.ok ? credentialFaults(loaded.configuration).map(withoutPlace) : loaded.faults;
  if (!loaded.ok || faults.length > 0) return refuse(faults, asked);
  if (asked.diff) return tellDiff(loaded.configuration, asked);
  const masked = maskedConfiguration(loaded.configuration);
  if (asked.json) return printJson({ ok: true, configuration: masked });
  for (const notice of loaded.configuration.notices) printError(notice);
  const { stringify } = await import('yaml');
  print(stringify(masked).trimEnd());
}

function refuse(faults: readonly ConfigurationFault[], { json }: CheckAsked): void {
  if (json) printJson({ ok: false, faults });
  else for (const fault of faults) printError(formatFault(fault));
  process.exitCode = exitCode.configuration;
}

const REFUSED: Readonly<Record<Exclude<Planned['outcome'], 'planned'>, string>> = {
  no_secret_key: 'There is no secret key (WAYBILL_SECRET_KEY), so that keys cannot be told from each other.',
  other_secret_key: 'The secret key is not the one that this database was made with (WAYBILL_SECRET_KEY).',
};

async function tellDiff(configuration: Configuration, asked: CheckAsked): Promise<void> {
  const desired = buildDesired(configuration);
  if (desired === null) {
    if (asked.json) printJson({ ok: true, changes: [] });
    else print('Nothing would change: there is no file, and without one nothing is said of who there is.');
    return;
  }
  const planned = await plan(configuration, desired);
  if (planned === null) return;
  if (planned.outcome !== 'planned') return refuse([withoutPlace(REFUSED[planned.outcome])], asked);
  const { steps } = planned;
  if (steps.faults.length > 0) return refuse(steps.faults.map(withoutPlace), asked);
  const changes = shownChanges(steps);
  if (asked.json) return printJson({ ok: true, changes });
  for (const line of diffLines(changes)) print(line);
}

/** null: the database cannot be used, and it was said. */
async function plan(
  configuration: Configuration,
  desired: Parameters<typeof plannedChanges>[1],
): Promise<Planned | null> {
  try {
    return await plannedChanges(configuration, desired);
  } catch (error) {
    printError(`The database cannot be used: ${error instanceof Error ? error.message : error}`);
    process.exitCode = exitCode.database;
    return null;
  }
}

function withoutPlace(message: string): ConfigurationFault {
  return { file: null, line: null, column: null, message };
}
