import { findFreePort } from '../../src/network/index.ts';
import { startChild } from '../children.ts';
import { awaitReady } from '../readiness.ts';
import type { Target } from './target.ts';

const SERVER = new URL('./node-relay-server.ts', import.meta.url).pathname;

/** node:http in front, undici behind, nothing between: the floor under every gateway that runs on Node. */
export const nodeRelay: Target = {
  name: 'node-relay',
  keepsData: false,
  unavailable: () => null,
  start: async ({ stand, upstreams }) => {
    const port = await findFreePort('127.0.0.1');
    const child = startChild(stand, {
      name: 'node-relay',
      core: stand.cores.target,
      command: [process.execPath, SERVER, String(port), String(upstreams.plainPort), String(upstreams.streamPort)],
    });
    const startMs = await awaitReady(port, child);
    const call = { port, model: 'gpt-4o-mini', headers: {} };
    return {
      plain: { ...call, path: '/plain/v1/chat/completions' },
      stream: { ...call, path: '/stream/v1/chat/completions' },
      pid: child.pid,
      startMs,
      stop: () => child.stop(),
    };
  },
};
