import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './children.ts';

const POLL_MS = 2;
const PATIENCE_MS = 30_000;

function probe(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/health/readiness', agent: false, timeout: 1_000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/** Milliseconds from the start of the child to its first 200 on `/health/readiness`. */
export async function awaitReady(port: number, child: Child): Promise<number> {
  for (;;) {
    if (await probe(port)) return performance.now() - child.startedAt;
    if (child.hasExited()) throw new Error(`${child.name} ended before it was ready:\n${child.lastWords()}`);
    if (performance.now() - child.startedAt > PATIENCE_MS) {
      await child.stop();
      throw new Error(`${child.name} was not ready in time:\n${child.lastWords()}`);
    }
    await sleep(POLL_MS);
  }
}
