import { setTimeout as sleep } from 'node:timers/promises';
import { requestBytes } from '../payload.ts';
import { residentMegabytes } from '../process-tree.ts';
import { Connection } from './connection.ts';
import type { StreamsJob, StreamsResult } from './job.ts';
import { StreamReading } from './stream-reading.ts';
import { Tally } from './tally.ts';
import { passWindow } from './window.ts';

const FEWEST_CHUNKS = 3;
const STAGGER_MS = 1;
const RECONNECT_MS = 10;

class StreamLoad {
  readonly tally = new Tally();
  chunks = 0;
  reads = 0;
  readonly #job: StreamsJob;
  readonly #requests = new Map<number, Buffer>();
  readonly #connections = new Set<Connection>();
  #running = true;

  constructor(job: StreamsJob) {
    this.#job = job;
  }

  /** First lives are cut short by different lengths, so that later ones end evenly over time and not all at once. */
  async openAll(): Promise<void> {
    const { streams, shape } = this.#job;
    for (let lane = 0; lane < streams; lane += 1) {
      const firstLife = Math.round(((lane + 1) / streams) * shape.chunks);
      this.#begin(new Connection(this.#job.endpoint.port), Math.max(FEWEST_CHUNKS, firstLife));
      await sleep(STAGGER_MS);
    }
  }

  closeAll(): void {
    this.#running = false;
    for (const connection of this.#connections) connection.close();
  }

  #request(chunks: number): Buffer {
    const made = this.#requests.get(chunks) ?? requestBytes(this.#job.endpoint, { ...this.#job.shape, chunks });
    this.#requests.set(chunks, made);
    return made;
  }

  #begin(connection: Connection, chunks: number): void {
    const reading = new StreamReading();
    this.#connections.add(connection);
    connection.send(this.#request(chunks), {
      body: (bytes, start, end) => {
        const wasDone = reading.isDone;
        this.chunks += reading.read(bytes, start, end);
        if (reading.isDone && !wasDone) this.chunks -= 1;
        this.reads += 1;
      },
      done: () => {
        const fault = reading.fault(chunks);
        if (fault !== null) this.tally.add(fault);
        this.#again(connection, fault === null ? 0 : RECONNECT_MS);
      },
      failed: (reason, refusal) => {
        this.tally.add(reason, refusal);
        this.#again(connection, RECONNECT_MS);
      },
    });
  }

  #again(connection: Connection, delayMs: number): void {
    if (!this.#running) return;
    if (delayMs > 0) {
      setTimeout(() => this.#again(connection, 0), delayMs);
      return;
    }
    if (!connection.open) this.#connections.delete(connection);
    this.#begin(connection.open ? connection : new Connection(this.#job.endpoint.port), this.#job.shape.chunks);
  }
}

export async function streams(job: StreamsJob): Promise<StreamsResult> {
  const load = new StreamLoad(job);
  await load.openAll();
  await sleep(job.warmMs);
  let before = { chunks: 0, reads: 0 };
  let after = before;
  let residentMb = 0;
  const cost = await passWindow(
    job.windowMs,
    job.pid,
    () => {
      before = { chunks: load.chunks, reads: load.reads };
    },
    () => {
      after = { chunks: load.chunks, reads: load.reads };
      residentMb = job.pid === null ? 0 : residentMegabytes(job.pid);
    },
  );
  load.closeAll();
  const chunks = after.chunks - before.chunks;
  if (chunks === 0) load.tally.add('no chunk arrived');
  return { chunks, reads: after.reads - before.reads, residentMb, errors: load.tally.list(), ...cost };
}
