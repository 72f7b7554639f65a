import cluster, { type Worker } from 'node:cluster';
import type { Flags } from '../config/index.ts';
import type { OwnedGround } from '../ground.ts';
import { systemClock } from '../std/index.ts';
import { processChannel } from '../store/index.ts';
import type { Log } from '../telemetry/index.ts';
import { announce, withPort } from './announce.ts';
import { exitCode } from './exit-code.ts';
import { openGroundOrExit } from './open-ground.ts';
import type { Prepared } from './prepare.ts';
import { openReloading } from './reload.ts';
import { onSignals } from './signals.ts';
import { isKind, type ToPrimary, type ToWorker, type WorkerMetrics } from './worker-messages.ts';

/** A changed key is known to every local worker before the change is answered, unless one hangs for this long. */
const TELL_WITHIN_MS = 100;
/** A worker that dies at its start would die again at once: the next one waits. */
const RESTART_AFTER_MS = 500;

/** The process that has the store and the data folder, and keeps N workers running. It serves no calls itself. */
export async function serveAsPrimary(prepared: Prepared, flags: Flags, watch: boolean): Promise<void> {
  const { configuration, log } = prepared;
  const ground = await openGroundOrExit(prepared);
  cluster.setupPrimary({ serialization: 'advanced' });
  const crew = openCrew(ground, log);
  const ports = await Promise.all(Array.from({ length: configuration.server.workers }, () => crew.add()));
  const reloading = openReloading(configuration, flags, watch, log, () => crew.tellAll({ kind: 'reload' }));
  onSignals(
    {
      reload: reloading.reload,
      stop: async () => {
        reloading.close();
        await crew.stop();
        await ground.stop();
        prepared.release();
      },
    },
    systemClock.monotonicMs,
  );
  announce(withPort(configuration, ports[0] ?? configuration.server.port));
}

type Crew = {
  /** Resolves with the port when the worker takes calls. */
  readonly add: () => Promise<number>;
  readonly tellAll: (message: ToWorker) => void;
  readonly stop: () => Promise<void>;
};

function openCrew(ground: OwnedGround, log: Log): Crew {
  const workers = new Map<Worker, { writer: string | null }>();
  const rounds = openRounds();
  let stopping = false;
  const tellAll = (message: ToWorker): void => {
    for (const worker of workers.keys()) worker.send(message);
  };
  const take = (worker: Worker, message: ToPrimary): void => {
    if (message.kind === 'keys-taken') rounds.answer(message.ask, null);
    else if (message.kind === 'own-metrics') rounds.answer(message.ask, message.metrics);
    else if (message.kind === 'tell-keys-changed') {
      const others = [...workers.keys()].filter((other) => other !== worker);
      void rounds
        .ask(others, (ask) => ({ kind: 'keys-changed', ask }))
        .then(() => worker.send({ kind: 'keys-told', ask: message.ask } satisfies ToWorker));
    } else if (message.kind === 'collect-metrics') {
      void rounds
        .ask([...workers.keys()], (ask) => ({ kind: 'metrics-wanted', ask }))
        .then((metrics) =>
          worker.send({ kind: 'metrics', ask: message.ask, metrics: metrics as WorkerMetrics[] } satisfies ToWorker),
        );
    }
  };
  const add = (): Promise<number> =>
    new Promise((resolve) => {
      const worker = cluster.fork();
      const state: { writer: string | null } = { writer: null };
      workers.set(worker, state);
      ground.attach(processChannel(worker.process));
      worker.on('message', (message: unknown) => {
        if (!isKind(message)) return;
        const told = message as ToPrimary;
        if (told.kind === 'listening') {
          state.writer = told.writer;
          resolve(told.port);
        } else take(worker, told);
      });
      worker.once('exit', (code) => {
        workers.delete(worker);
        if (stopping) return;
        if (state.writer === null) {
          // It never listened: its configuration or the port is wrong, and it has said so.
          process.exit(code === 0 || code === null ? exitCode.failed : code);
        }
        log.error('a worker died; another one takes its place', { pid: worker.process.pid, code });
        void ground
          .recoverWriter(state.writer)
          .catch((error: unknown) => log.error("a dead worker's journal waits for the next start", { error }));
        setTimeout(() => void add(), RESTART_AFTER_MS);
      });
    });
  return {
    add,
    tellAll,
    stop: async () => {
      stopping = true;
      const gone = [...workers.keys()].map(
        (worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())),
      );
      tellAll({ kind: 'stop' });
      await Promise.all(gone);
    },
  };
}

/** One question to several workers; whoever has not answered in time is not waited for. */
function openRounds(): {
  readonly ask: (workers: readonly Worker[], message: (ask: number) => ToWorker) => Promise<readonly unknown[]>;
  readonly answer: (ask: number, value: unknown) => void;
} {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  const askOne = (worker: Worker, message: (ask: number) => ToWorker): Promise<unknown> =>
    new Promise((resolve) => {
      const ask = ++last;
      const end = (value: unknown): void => {
        clearTimeout(timer);
        waiting.delete(ask);
        resolve(value);
      };
      const timer = setTimeout(() => end(undefined), TELL_WITHIN_MS);
      waiting.set(ask, end);
      worker.send(message(ask));
    });
  return {
    ask: async (workers, message) =>
      (await Promise.all(workers.map((worker) => askOne(worker, message)))).filter((value) => value !== undefined),
    answer: (ask, value) => waiting.get(ask)?.(value),
  };
}
