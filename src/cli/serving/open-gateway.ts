import type { MadeKey } from '../../access/index.ts';
import { ManagedFault } from '../../administration/index.ts';
import { type Gateway, type GatewayOptions, openGateway } from '../../gateway.ts';
import { buildDesired } from '../desired.ts';
import { exitCode } from '../exit-code.ts';
import { printError } from '../output.ts';
import { keepMadeKey } from '../secret-files.ts';

/** A configuration that has somebody who cannot be ends the program with every fault on a line of its own. */
export async function openGatewayOrExit(options: Omit<GatewayOptions, 'showMadeKeys' | 'desiredOf'>): Promise<Gateway> {
  const { dataDir } = options.configuration.server;
  try {
    return await openGateway({
      ...options,
      desiredOf: buildDesired,
      showMadeKeys: (made) => showMadeKeys(made, dataDir),
    });
  } catch (error) {
    if (!(error instanceof ManagedFault)) throw error;
    for (const fault of error.faults) printError(fault);
    process.exit(exitCode.configuration);
  }
}

/** Whoever collects what a service prints must not collect keys with it. */
function showMadeKeys(made: readonly MadeKey[], dataDir: string): void {
  const isSeen = process.stderr.isTTY === true;
  for (const { name, secret } of made) {
    const where = isSeen ? '' : keepMadeKey(dataDir, name, secret);
    printError(isSeen ? `Key ${name} (shown once): ${secret}` : `Key ${name}: in ${where}; take it from there`);
  }
}
