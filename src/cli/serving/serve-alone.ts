import type { Server } from 'node:http';
import type { Flags } from '../../config/index.ts';
import type { Gateway } from '../../gateway.ts';
import { systemClock } from '../../std/index.ts';
import { announce, withPort } from '../announce.ts';
import { exitCode } from '../exit-code.ts';
import { openGroundOrExit } from '../open-ground.ts';
import { printError } from '../output.ts';
import type { Prepared } from '../prepare.ts';
import { offerSetup } from './offer-setup.ts';
import { openGatewayOrExit } from './open-gateway.ts';
import { openReloading } from './reload.ts';
import { onSignals } from './signals.ts';

/** The whole gateway in one process. */
export async function serveAlone(prepared: Prepared, flags: Flags, watch: boolean): Promise<void> {
  const { configuration, log } = prepared;
  const ground = await openGroundOrExit(prepared);
  const gateway: Gateway = await openGatewayOrExit({
    ...prepared,
    ground,
    journalRoot: ground.journalRoot,
    instance: ground.instance,
    tellKeysChanged: async () => undefined,
    collectMetrics: (own) => own.metrics(),
  });
  const port = await listenOrExit(gateway.server, configuration.server.port, configuration.server.host);
  const reloading = openReloading(configuration, flags, watch, log, gateway.reload);
  onSignals(
    {
      reload: reloading.reload,
      stop: async () => {
        reloading.close();
        await gateway.stop(configuration.server.drainTimeoutMs);
        await ground.stop();
        prepared.release();
      },
    },
    systemClock.monotonicMs,
  );
  const announced = withPort(configuration, port);
  await offerSetup(ground.main, announced);
  announce(announced);
}

export function listenOrExit(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      printError(`Cannot listen on ${host}:${port}: ${error.message}. Take another port with --port.`);
      process.exit(exitCode.failed);
    });
    server.listen({ port, host, backlog: 1024 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
