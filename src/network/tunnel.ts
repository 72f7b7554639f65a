import type { ClientRequest } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';

// Not imported, for the reason given in `http/server.ts`.
const { request: requestHttp } = process.getBuiltinModule('node:http');

export type TunnelOptions = {
  readonly proxy: URL;
  /** `host:port` of the far end. */
  readonly target: string;
  /** What a proxy spoken to over TLS is verified against; null: Node's roots. */
  readonly trust: SecureContext | null;
};

/** A socket through a proxy to `target`, by CONNECT; calls back once. The returned function gives up on it. */
export function openTunnel(
  options: TunnelOptions,
  done: (error: Error | null, socket: Socket | null) => void,
): () => void {
  const call = connectRequest(options);
  let isSettled = false;
  const settle = (error: Error | null, socket: Socket | null): void => {
    if (isSettled) return;
    isSettled = true;
    done(error, socket);
  };
  const refuse = (status: number | undefined): void =>
    settle(tunnelError(`the proxy answered CONNECT with ${status}`), null);
  call.on('connect', (response, socket, head) => {
    if (response.statusCode !== 200 || !(socket instanceof Socket)) {
      socket.destroy();
      return refuse(response.statusCode);
    }
    if (head.length > 0) socket.unshift(head);
    socket.setNoDelay(true);
    settle(null, socket);
  });
  call.on('response', (response) => {
    refuse(response.statusCode);
    call.destroy();
  });
  call.on('error', (error: NodeJS.ErrnoException) => {
    settle(tunnelError(`the proxy cannot be reached: ${error.code ?? error.message}`), null);
  });
  call.end();
  return () => void call.destroy();
}

function connectRequest({ proxy, target, trust }: TunnelOptions): ClientRequest {
  const shape = {
    host: proxy.hostname.startsWith('[') ? proxy.hostname.slice(1, -1) : proxy.hostname,
    method: 'CONNECT',
    path: target,
    agent: false,
    headers: { host: target, ...proxyAuthorization(proxy) },
  };
  if (proxy.protocol === 'http:') return requestHttp({ ...shape, port: proxy.port === '' ? 80 : Number(proxy.port) });
  const secure = trust === null ? {} : { secureContext: trust };
  return requestHttps({ ...shape, ...secure, port: proxy.port === '' ? 443 : Number(proxy.port) });
}

export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function tunnelError(message: string): Error {
  return Object.assign(new Error(message), { code: 'EPROXY' });
}
