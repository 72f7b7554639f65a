import type { Gateway } from '../../gateway.ts';
import { type Ground, instanceOf, joinGround, journalRootOf } from '../../ground.ts';
import { processChannel } from '../../store/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { exitCode } from '../exit-code.ts';
import { openProcessLog } from '../prepare.ts';
import { openGatewayOrExit } from './open-gateway.ts';
import { listenOrExit } from './serve-alone.ts';
import { isKind, type ToPrimary, type ToWorker, type WorkerMetrics, type WorkerStart } from './worker-messages.ts';

type Opened = {
  readonly gateway: Gateway;
  readonly ground: Ground;
  readonly log: Log;
  readonly drainTimeoutMs: number;
};

type Order = Exclude<ToWorker, { readonly kind: 'start' | 'keys-told' | 'metrics' }>;

type Asks = {
  readonly ask: (message: (ask: number) => ToPrimary) => Promise<unknown>;
  readonly answer: (ask: number, value: unknown) => void;
};

/** One of the equal processes that share the port. It has no store of its own and hears no signals: the primary tells it. */
export async function serveAsWorker(): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('SIGHUP', () => undefined);
  // Without its primary it has no books to write to.
  process.on('disconnect', () => process.exit(exitCode.failed));
  const asks = openAsks();
  // What comes before the gateway is open waits for it: messages that nobody listens for are lost.
  const opening = Promise.withResolvers<Opened>();
  process.on('message', (message: unknown) => {
    if (isKind(message)) void take(message as ToWorker, asks, opening.promise);
  });
  const { configuration, ...secrets } = (await asks.ask((ask) => ({ kind: 'start-wanted', ask }))) as WorkerStart;
  const log = openProcessLog(configuration);
  const ground = await joinGround(processChannel(process), {
    ...configuration.store,
    dataFolder: configuration.server.dataDir,
  });
  const gateway = await openGatewayOrExit({
    configuration,
    ...secrets,
    log,
    ground,
    journalRoot: journalRootOf(configuration.server.dataDir),
    instance: configuration.store.databaseUrl === null ? '' : instanceOf(configuration.server.dataDir),
    tellKeysChanged: async () => void (await asks.ask((ask) => ({ kind: 'tell-keys-changed', ask }))),
    collectMetrics: async () => {
      const { AggregatorRegistry } = await import('prom-client');
      const all = (await asks.ask((ask) => ({ kind: 'collect-metrics', ask }))) as WorkerMetrics[];
      return AggregatorRegistry.aggregate(all).metrics();
    },
  });
  opening.resolve({ gateway, ground, log, drainTimeoutMs: configuration.server.drainTimeoutMs });
  await listenOrExit(gateway.server, configuration.server.port, configuration.server.host);
  tell({ kind: 'listening', writer: gateway.rooms.journal.writer });
}

async function take(message: ToWorker, asks: Asks, opening: Promise<Opened>): Promise<void> {
  if (message.kind === 'start') return asks.answer(message.ask, message.start);
  if (message.kind === 'keys-told') return asks.answer(message.ask, null);
  if (message.kind === 'metrics') return asks.answer(message.ask, message.metrics);
  const opened = await opening;
  try {
    await obey(message, opened);
  } catch (error) {
    opened.log.error('a message of the primary could not be taken', { kind: message.kind, error });
  }
}

async function obey(message: Order, { gateway, ground, drainTimeoutMs }: Opened): Promise<void> {
  switch (message.kind) {
    case 'keys-changed':
      await gateway.refresh();
      return tell({ kind: 'keys-taken', ask: message.ask });
    case 'metrics-wanted':
      return tell({
        kind: 'own-metrics',
        ask: message.ask,
        metrics: (await (await gateway.registry()).getMetricsAsJSON()) as WorkerMetrics,
      });
    case 'reload':
      return gateway.reload(message.configuration);
    case 'stop':
      await gateway.stop(drainTimeoutMs);
      await ground.stop();
      process.exit(exitCode.stopped);
  }
}

function tell(message: ToPrimary): void {
  // A primary that has just ended is told by 'disconnect'.
  process.send?.(message, undefined, undefined, () => undefined);
}

/** Questions to the primary, matched with their answers by number. */
function openAsks(): Asks {
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
