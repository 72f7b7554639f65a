import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Histogram } from '../histogram.ts';
import { requestBytes } from '../payload.ts';
import { waitedForCoreMilliseconds } from '../process-tree.ts';
import { Connection, type Exchange } from './connection.ts';
import type { OpenLoopJob, OpenLoopResult } from './job.ts';
import type { Beat } from './metronome.ts';
import { StreamReading } from './stream-reading.ts';
import { Tally } from './tally.ts';
import { nowUs } from './window.ts';

const OPENED_BEFOREHAND = 64;
const MOST_CONNECTIONS = 1_024;
const LEAD_US = 250_000;
const PATIENCE_MS = 5_000;
const POLL_MS = 20;

/** `fault` is null when the answer was whole. */
type Settled = (fault: string | null, refusal?: string) => void;

class OpenLoad {
  readonly tally = new Tally();
  readonly latencies = new Histogram();
  readonly lags = new Histogram();
  readonly #job: OpenLoopJob;
  readonly #request: Buffer;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** Requests for which no connection was left: their clocks run all the same. */
  readonly #waiting: number[] = [];
  #underWay = 0;

  constructor(job: OpenLoopJob) {
    this.#job = job;
    this.#request = requestBytes(job.endpoint, job.shape);
    for (let index = 0; index < OPENED_BEFOREHAND; index += 1) this.#idle.push(this.#connect());
  }

  get unanswered(): number {
    return this.#underWay + this.#waiting.length;
  }

  begin(dueUs: number, fromUs: number): void {
    if (dueUs >= fromUs) this.lags.record(nowUs() - dueUs);
    const connection = this.#take();
    if (connection === null) this.#waiting.push(dueUs);
    else this.#send(connection, dueUs, fromUs);
  }

  closeAll(): void {
    for (const connection of this.#all) connection.close();
  }

  #connect(): Connection {
    const connection = new Connection(this.#job.endpoint.port);
    this.#all.add(connection);
    return connection;
  }

  /** The one that has rested longest, so that none is idle long enough for the other side to close it. */
  #take(): Connection | null {
    for (;;) {
      const connection = this.#idle.shift();
      if (connection === undefined) return this.#all.size < MOST_CONNECTIONS ? this.#connect() : null;
      if (connection.open) return connection;
      this.#all.delete(connection);
    }
  }

  #send(connection: Connection, dueUs: number, fromUs: number): void {
    this.#underWay += 1;
    const record = () => {
      if (dueUs >= fromUs) this.latencies.record(nowUs() - dueUs);
    };
    const settled: Settled = (fault, refusal) => {
      this.#underWay -= 1;
      if (fault !== null) this.tally.add(fault, refusal);
      this.#giveBack(connection, fromUs);
    };
    const { shape } = this.#job;
    connection.send(
      this.#request,
      shape === null ? plainExchange(record, settled) : streamExchange(shape.chunks, record, settled),
    );
  }

  #giveBack(connection: Connection, fromUs: number): void {
    if (connection.open) this.#idle.push(connection);
    else this.#all.delete(connection);
    const dueUs = this.#waiting.shift();
    if (dueUs === undefined) return;
    const next = this.#take();
    if (next === null) this.#waiting.unshift(dueUs);
    else this.#send(next, dueUs, fromUs);
  }
}

/** The latency of a plain answer ends with its last byte. */
function plainExchange(record: () => void, settled: Settled): Exchange {
  return {
    body: () => {},
    done: () => {
      record();
      settled(null);
    },
    failed: settled,
  };
}

/** The latency of a stream ends with its first content; the rest is read, and has to be whole. */
function streamExchange(chunks: number, record: () => void, settled: Settled): Exchange {
  const reading = new StreamReading();
  return {
    body: (bytes, start, end) => {
      const hadContent = reading.hasContent;
      reading.read(bytes, start, end);
      if (reading.hasContent && !hadContent) record();
    },
    done: () => settled(reading.fault(chunks)),
    failed: settled,
  };
}

/** Resolves when the last request has been sent. */
function followBeat(beat: Beat, send: (dueUs: number) => void): Promise<void> {
  const metronome = new Worker(new URL('./metronome.ts', import.meta.url), { workerData: beat });
  let sent = 0;
  return new Promise((resolve, reject) => {
    metronome.on('message', () => {
      const due = Math.min(beat.count, Math.floor((nowUs() - beat.startUs) / beat.intervalUs) + 1);
      for (; sent < due; sent += 1) send(beat.startUs + sent * beat.intervalUs);
      if (sent === beat.count) resolve();
    });
    metronome.on('error', reject);
  });
}

export async function openLoop(job: OpenLoopJob): Promise<OpenLoopResult> {
  const load = new OpenLoad(job);
  const intervalUs = 1e6 / job.rps;
  const startUs = nowUs() + LEAD_US;
  const fromUs = startUs + job.warmMs * 1e3;
  const count = Math.round(((job.warmMs + job.windowMs) / 1e3) * job.rps);
  const waitedMs = () => (job.pid === null ? 0 : waitedForCoreMilliseconds(job.pid));
  const waitedBefore = waitedMs();
  const ownBefore = process.cpuUsage();
  await followBeat({ startUs, intervalUs, count }, (dueUs) => load.begin(dueUs, fromUs));
  const own = process.cpuUsage(ownBefore);
  for (let spentMs = 0; load.unanswered > 0 && spentMs < PATIENCE_MS; spentMs += POLL_MS) await sleep(POLL_MS);
  for (let left = load.unanswered; left > 0; left -= 1)
    load.tally.add(`no answer within ${PATIENCE_MS} ms of the last request`);
  const starvedMs = waitedMs() - waitedBefore;
  load.closeAll();
  return {
    answers: load.latencies.count,
    p50Us: load.latencies.percentileUs(50),
    p99Us: load.latencies.percentileUs(99),
    largestUs: load.latencies.largestUs,
    lagP99Us: load.lags.percentileUs(99),
    starvedMs,
    errors: load.tally.list(),
    generatorBusy: (own.user + own.system) / (job.warmMs + job.windowMs) / 1e3,
  };
}
