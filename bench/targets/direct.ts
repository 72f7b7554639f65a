import type { Target } from './target.ts';

/** Nothing between client and upstream: what the other targets' latencies are counted from. */
export const direct: Target = {
  name: 'direct',
  keepsData: false,
  unavailable: () => null,
  start: ({ upstreams }) => {
    const call = { path: '/v1/chat/completions', model: 'gpt-4o-mini', headers: {} };
    return Promise.resolve({
      plain: { ...call, port: upstreams.plainPort },
      stream: { ...call, port: upstreams.streamPort },
      pid: null,
      startMs: 0,
      stop: () => Promise.resolve(),
    });
  },
};
