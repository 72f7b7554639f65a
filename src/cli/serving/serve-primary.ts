import cluster, { type Worker } from 'node:cluster';
import type { Flags } from '../../config/index.ts';
import type { OwnedGround } from '../../ground.ts';
import { findFreePort } from '../../network/index.ts';
import { systemClock } from '../../std/index.ts';
import { processChannel } from '../../store/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { announce, withPort } from '../announce.ts';
import { exitCode } from '../exit-code.ts';
import { openGroundOrExit } from '../open-ground.ts';
import type { Prepared } from '../prepare.ts';
import { offerSetup } from './offer-setup.ts';
import { openReloading } from './reload.ts';
import { onSignals } from './signals.ts';
import { isKind, type ToPrimary, type ToWorker, type WorkerMetrics, type WorkerStart } from './worker-messages.ts';

/** A changed key is known to every local worker before the change is answered, unless one hangs for this long. */
const TELL_WITHIN_MS = 100;
/** The first scrape loads the registry in every worker. One that is left out makes the sums go down. */
const COLLECT_WITHIN_MS = 2_000;
/** For what a worker does after the calls in flight had their time; then it is killed, and its journal recovered. */
const STOP_WITHIN_MS = 5_000;
/** A worker that died at its start would die again at once: the next one waits. */
const RESTART_AFTER_MS = 500;

/** The process that has the store and the data folder, and keeps N workers running. It serves no calls itself. */
export async function serveAsPrimary(prepared: Prepared, flags: Flags, watch: boolean): Promise<void> {
  const { configuration, masterKey, secretKey, log } = prepared;
  const ground = await openGroundOrExit(prepared);
  cluster.setupPrimary({ serialization: 'advanced' });
  const { host, port } = configuration.server;
  // Were each to take any port, a worker that comes when all others are dead would take another one than was announced.
  const fixed = port === 0 ? await findFreePort(host) : port;
  let current = withPort(configuration, fixed);
  const crew = openCrew(ground, log, () => ({ configuration: current, masterKey, secretKey }));
  await Promise.all(Array.from({ length: configuration.server.workers }, () => crew.add()));
  const reloading = openReloading(configuration, flags, watch, log, (next) => {
    current = withPort(next, fixed);
    crew.tellAll({ kind: 'reload', configuration: next });
  });
  onSignals(
    {
      reload: reloading.reload,
      stop: async () => {
        reloading.close();
        await crew.stop(configuration.server.drainTimeoutMs + STOP_WITHIN_MS);
        await ground.stop();
        prepared.release();
      },
    },
    systemClock.monotonicMs,
  );
  await offerSetup(ground.main, current);
  announce(current);
}

type Crew = {
  /** Resolves when the worker, or one that took its place, takes calls. */
  readonly add: () => Promise<void>;
  readonly tellAll: (message: ToWorker) => void;
  readonly stop: (withinMs: number) => Promise<void>;
};

function openCrew(ground: OwnedGround, log: Log, startOf: () => WorkerStart): Crew {
  const workers = new Set<Worker>();
  const take = openSwitchboard(workers, startOf);
  let stopping = false;
  let hasListened = false;
  const replace = (worker: Worker, code: number | null, writer: string | null, start: () => void): void => {
    if (stopping) return;
    // At the very start it is the port or the program that is wrong, and it has said so.
    if (!hasListened) process.exit(code === 0 || code === null ? exitCode.failed : code);
    log.error('a worker died; another one takes its place', { pid: worker.process.pid, code });
    if (writer !== null)
      ground
        .recoverWriter(writer)
        .catch((error: unknown) => log.error("a dead worker's journal waits for the next start", { error }));
    setTimeout(
      () => {
        if (!stopping) start();
      },
      writer === null ? RESTART_AFTER_MS : 0,
    );
  };
  const start = (onListening: () => void): void => {
    const worker = cluster.fork();
    let writer: string | null = null;
    workers.add(worker);
    ground.attach(processChannel(worker.process));
    worker.on('message', (message: unknown) => {
      if (!isKind(message)) return;
      const told = message as ToPrimary;
      if (told.kind !== 'listening') return take(worker, told);
      hasListened = true;
      log.debug('a worker takes calls', { pid: worker.process.pid });
      writer = told.writer;
      onListening();
    });
    // A message on its way when the worker died; its end is told by `exit`.
    worker.on('error', () => undefined);
    worker.once('exit', (code: number | null) => {
      workers.delete(worker);
      replace(worker, code, writer, () => start(onListening));
    });
  };
  const tellAll = (message: ToWorker): void => {
    for (const worker of workers) tell(worker, message);
  };
  return {
    add: () => new Promise(start),
    tellAll,
    stop: async (withinMs) => {
      stopping = true;
      const gone = [...workers].map((worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())));
      tellAll({ kind: 'stop' });
      const late = setTimeout(() => {
        for (const worker of workers) worker.process.kill('SIGKILL');
      }, withinMs);
      await Promise.all(gone);
      clearTimeout(late);
    },
  };
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

/** Answers what the workers ask, of the primary or, through it, of each other. */
function openSwitchboard(workers: ReadonlySet<Worker>, startOf: () => WorkerStart) {
  const rounds = openRounds();
  return (worker: Worker, message: ToPrimary): void => {
    if (message.kind === 'start-wanted') tell(worker, { kind: 'start', ask: message.ask, start: startOf() });
    else if (message.kind === 'keys-taken') rounds.answer(message.ask, null);
    else if (message.kind === 'own-metrics') rounds.answer(message.ask, message.metrics);
    else if (message.kind === 'tell-keys-changed') {
      const others = [...workers].filter((other) => other !== worker);
      void rounds
        .ask(others, TELL_WITHIN_MS, (ask) => ({ kind: 'keys-changed', ask }))
        .then(() => tell(worker, { kind: 'keys-told', ask: message.ask }));
    } else if (message.kind === 'collect-metrics') {
      void rounds
        .ask([...workers], COLLECT_WITHIN_MS, (ask) => ({ kind: 'metrics-wanted', ask }))
        .then((metrics) => tell(worker, { kind: 'metrics', ask: message.ask, metrics: metrics as WorkerMetrics[] }));
    }
  };
}

/** One question to several workers; whoever has not answered in time is not waited for. */
function openRounds(): {
  readonly ask: (
    workers: readonly Worker[],
    withinMs: number,
    message: (ask: number) => ToWorker,
  ) => Promise<readonly unknown[]>;
  readonly answer: (ask: number, value: unknown) => void;
} {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  const askOne = (worker: Worker, withinMs: number, message: (ask: number) => ToWorker): Promise<unknown> =>
    new Promise((resolve) => {
      const ask = ++last;
      const end = (value: unknown): void => {
        clearTimeout(timer);
        waiting.delete(ask);
        resolve(value);
      };
      const timer = setTimeout(() => end(undefined), withinMs);
      waiting.set(ask, end);
      tell(worker, message(ask));
    });
  return {
    ask: async (workers, withinMs, message) => {
      const answers = await Promise.all(workers.map((worker) => askOne(worker, withinMs, message)));
      return answers.filter((value) => value !== undefined);
    },
    answer: (ask, value) => waiting.get(ask)?.(value),
  };
}
