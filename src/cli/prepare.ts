import { mkdirSync } from 'node:fs';
import type { Configuration, Flags } from '../config/index.ts';
import { credentialFaults } from '../policies.ts';
import { type Clock, systemClock } from '../std/index.ts';
import { lockDataFolder } from '../store/index.ts';
import { type Log, openLog } from '../telemetry/index.ts';
import { exitCode } from './exit-code.ts';
import { loadOrExit } from './load.ts';
import { printError } from './output.ts';
import { masterKeyFile, readOrMakeSecret, secretKeyFile } from './secret-files.ts';

export type Prepared = {
  readonly configuration: Configuration;
  readonly masterKey: string;
  readonly secretKey: string;
  readonly log: Log;
  readonly release: () => void;
};

/** Everything before the store: a configuration without faults, a data folder that is ours alone, and its secrets. */
export async function prepare(flags: Flags): Promise<Prepared> {
  const configuration = await loadOrExit(flags);
  refuseCredentialFaults(configuration);
  const { dataDir } = configuration.server;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(dataDir);
  if ('heldBy' in lock) {
    printError(
      `Another gateway uses the data folder ${dataDir} (${lock.heldBy}). Stop it, or give this one a folder of its own with --data.`,
    );
    process.exit(exitCode.failed);
  }
  return { configuration, ...readSecrets(configuration), log: openProcessLog(configuration), release: lock.release };
}

export function refuseCredentialFaults(configuration: Configuration): void {
  const faults = credentialFaults(configuration);
  if (faults.length === 0) return;
  for (const fault of faults) printError(fault);
  process.exit(exitCode.configuration);
}

export function openProcessLog(configuration: Configuration, clock: Clock = systemClock): Log {
  return openLog({
    level: configuration.logLevel,
    pretty: process.stderr.isTTY === true,
    clock,
    write: (line) => process.stderr.write(line),
  });
}

export function readSecrets({ secrets, server }: Configuration): {
  readonly masterKey: string;
  readonly secretKey: string;
} {
  const secretKey = secrets.secretKey ?? readOrMakeSecret(secretKeyFile(server.dataDir), '').value;
  if (secrets.masterKey !== null) return { masterKey: secrets.masterKey.value, secretKey };
  const file = masterKeyFile(server.dataDir);
  const made = readOrMakeSecret(file, 'sk-waybill-');
  if (made.isNew && process.stderr.isTTY === true)
    printError(`Master key (shown once, kept in ${file}): ${made.value}`);
  else printError(`Master key: in ${file}`);
  return { masterKey: made.value, secretKey };
}
