import type { Flags } from '../config/index.ts';
import { openGateway } from '../gateway.ts';
import { joinGround, journalRootOf } from '../ground.ts';
import { processChannel } from '../store/index.ts';
import { exitCode } from './exit-code.ts';
import { load, loadOrExit } from './load.ts';
import { openProcessLog, readSecrets } from './prepare.ts';
import { listenOrExit } from './serve-alone.ts';
import { isKind, type ToPrimary, type ToWorker, type WorkerMetrics } from './worker-messages.ts';

/** One of the equal processes that share the port. It has no store of its own and hears no signals: the primary tells it. */
export async function serveAsWorker(flags: Flags): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('SIGHUP', () => undefined);
  // Without its primary it has no books to write to.
  process.on('disconnect', () => process.exit(exitCode.failed));
  const configuration = await loadOrExit(flags);
  const log = openProcessLog(configuration);
  const ground = await joinGround(processChannel(process), { databaseUrl: configuration.store.databaseUrl });
  const asks = openAsks();
  const gateway = await openGateway({
    configuration,
    ...readSecrets(configuration),
    log,
    ground,
    journalRoot: journalRootOf(configuration.server.dataDir),
    tellKeysChanged: async () => void (await asks.ask((ask) => ({ kind: 'tell-keys-changed', ask }))),
    collectMetrics: async () => {
      const { AggregatorRegistry } = await import('prom-client');
      const all = (await asks.ask((ask) => ({ kind: 'collect-metrics', ask }))) as WorkerMetrics[];
      return AggregatorRegistry.aggregate(all).metrics();
    },
  });
  process.on('message', (message: unknown) => {
    if (isKind(message))
      void take(message as ToWorker).catch((error: unknown) =>
        log.error('a message of the primary could not be taken', { error }),
      );
  });
  const take = async (message: ToWorker): Promise<void> => {
    switch (message.kind) {
      case 'keys-told':
        return asks.answer(message.ask, null);
      case 'metrics':
        return asks.answer(message.ask, message.metrics);
      case 'keys-changed':
        await gateway.rooms.keys.refresh();
        return tell({ kind: 'keys-taken', ask: message.ask });
      case 'metrics-wanted':
        return tell({
          kind: 'own-metrics',
          ask: message.ask,
          metrics: (await (await gateway.registry()).getMetricsAsJSON()) as WorkerMetrics,
        });
      case 'reload': {
        const loaded = await load(flags);
        if (loaded.ok) gateway.reload(loaded.configuration);
        return;
      }
      case 'stop':
        await gateway.stop(configuration.server.drainTimeoutMs);
        await ground.stop();
        process.exit(exitCode.stopped);
    }
  };
  const port = await listenOrExit(gateway.server, configuration.server.port, configuration.server.host);
  tell({ kind: 'listening', port, writer: gateway.rooms.journal.writer });
}

function tell(message: ToPrimary): void {
  process.send?.(message);
}

/** Questions to the primary, matched with their answers by number. */
function openAsks(): {
  readonly ask: (message: (ask: number) => ToPrimary) => Promise<unknown>;
  readonly answer: (ask: number, value: unknown) => void;
} {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  return {
    ask: (message) =>
      new Promise((resolve) => {
        const ask = ++last;
        waiting.set(ask, resolve);
        tell(message(ask));
      }),
    answer: (ask, value) => {
      waiting.get(ask)?.(value);
      waiting.delete(ask);
    },
  };
}
