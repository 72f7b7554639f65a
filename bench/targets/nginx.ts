import { findFreePort } from '../../src/network/index.ts';
import { nginxProgram, startNginx } from '../nginx.ts';
import { awaitReady } from '../readiness.ts';
import type { Site, Target } from './target.ts';

function proxyConfiguration({ upstreams }: Site, port: number): string {
  const upstream = (name: string, upstreamPort: number) =>
    `upstream ${name} { server 127.0.0.1:${upstreamPort}; keepalive 1024; keepalive_requests 1000000000; keepalive_timeout 300s; }`;
  return `${upstream('plain', upstreams.plainPort)}
  ${upstream('stream', upstreams.streamPort)}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffering off;
    location = /health/readiness { return 200 'ready'; }
    location /plain/ { proxy_pass http://plain/; }
    location /stream/ { proxy_pass http://stream/; }
  }`;
}

/** A plain proxy in C that looks at nothing: the floor under every gateway. */
export const nginx: Target = {
  name: 'nginx',
  keepsData: false,
  unavailable: () => (nginxProgram() === null ? 'nginx is not installed' : null),
  start: async (site) => {
    const port = await findFreePort('127.0.0.1');
    const child = startNginx(site.stand, {
      name: 'nginx',
      core: site.stand.cores.target,
      http: proxyConfiguration(site, port),
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
