import { findFreePort } from '../../src/network/index.ts';
import { type Child, startChild } from '../children.ts';
import { nginxProgram, startNginx } from '../nginx.ts';
import { plainAnswer } from '../payload.ts';
import { awaitReady } from '../readiness.ts';
import type { TestStand } from '../test-stand.ts';

export type Upstreams = {
  readonly plainPort: number;
  readonly streamPort: number;
  readonly plainServer: 'nginx' | 'node';
};

/** `return` takes its text within single quotes and would expand variables. */
function quoted(text: string): string {
  if (/['\\$]/.test(text)) throw new Error('the answer of the mock cannot be written into an nginx file');
  return `'${text}'`;
}

async function startPlain(stand: TestStand): Promise<number> {
  const port = await findFreePort('127.0.0.1');
  const child = startNginx(stand, {
    name: 'upstream-plain',
    core: stand.cores.load,
    http: `server {
    listen 127.0.0.1:${port} backlog=4096;
    default_type application/json;
    location / { return 200 ${quoted(plainAnswer())}; }
  }`,
  });
  await awaitReady(port, child);
  return port;
}

async function startStream(stand: TestStand): Promise<number> {
  const port = await findFreePort('127.0.0.1');
  const child: Child = startChild(stand, {
    name: 'upstream-stream',
    core: stand.cores.load,
    command: [process.execPath, new URL('./stream-server.ts', import.meta.url).pathname, String(port)],
    channel: true,
  });
  await awaitReady(port, child);
  return port;
}

/** Plain answers come from nginx where there is one, since it costs a third of what a Node server would. */
export async function startUpstreams(stand: TestStand): Promise<Upstreams> {
  const streamPort = await startStream(stand);
  if (nginxProgram() === null) return { plainPort: streamPort, streamPort, plainServer: 'node' };
  return { plainPort: await startPlain(stand), streamPort, plainServer: 'nginx' };
}
