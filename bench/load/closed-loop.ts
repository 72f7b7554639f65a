import { setTimeout as sleep } from 'node:timers/promises';
import { requestBytes } from '../payload.ts';
import { Connection } from './connection.ts';
import type { ClosedLoopJob, ClosedLoopResult } from './job.ts';
import { Tally } from './tally.ts';
import { passWindow } from './window.ts';

/** Less than any honest answer of the upstream, which has about 1,200. */
const FEWEST_BODY_BYTES = 1_000;
const RECONNECT_MS = 10;

export async function closedLoop(job: ClosedLoopJob): Promise<ClosedLoopResult> {
  const request = requestBytes(job.endpoint, null);
  const tally = new Tally();
  const connections = new Set<Connection>();
  let completed = 0;
  let running = true;

  const runLane = () => {
    let connection = new Connection(job.endpoint.port);
    let bodyBytes = 0;
    connections.add(connection);
    const next = () => {
      if (!running) return;
      if (!connection.open) {
        connections.delete(connection);
        connection = new Connection(job.endpoint.port);
        connections.add(connection);
      }
      bodyBytes = 0;
      connection.send(request, exchange);
    };
    const exchange = {
      body: (_bytes: Buffer, start: number, end: number) => {
        bodyBytes += end - start;
      },
      done: () => {
        completed += 1;
        if (bodyBytes < FEWEST_BODY_BYTES) tally.add(`answer of only ${bodyBytes} bytes`);
        next();
      },
      failed: (reason: string, refusal?: string) => {
        tally.add(reason, refusal);
        setTimeout(next, RECONNECT_MS);
      },
    };
    next();
  };

  for (let lane = 0; lane < job.connections; lane += 1) runLane();
  await sleep(job.warmMs);
  let before = 0;
  let after = 0;
  const cost = await passWindow(
    job.windowMs,
    job.pid,
    () => {
      before = completed;
    },
    () => {
      after = completed;
    },
  );
  running = false;
  for (const connection of connections) connection.close();
  if (after === before) tally.add('no request was completed');
  return { requests: after - before, errors: tally.list(), ...cost };
}
