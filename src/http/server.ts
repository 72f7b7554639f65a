import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Dialect, encodeOpenAiError, loadDialect } from '../dialects/index.ts';
import { GatewayError } from '../inference/index.ts';
import type { Clock } from '../std/index.ts';
import type { App, AppRequest } from './app.ts';
import { detach, http2Beginning, refuseConnection } from './client-error.ts';
import { crossOrigin } from './cross-origin.ts';
import { isDashboard, openDashboard } from './dashboard-door.ts';
import { type DirectConnections, openDirect } from './direct/index.ts';
import { arrivalOf, type Door, findDoor, type InferenceDoor, isCountDoor, readBody } from './inference/index.ts';
import { laterDoor } from './later-doors.ts';
import type { Incoming, Outgoing, PlainOutgoing } from './message.ts';
import { preflight } from './preflight.ts';
import { findProbe, type ProbeAnswer } from './probes.ts';
import { requestFault } from './request-fault.ts';
import type { ConnectionLimits, Http2Connections } from './server-http2.ts';

/**
 * `import` of it reads each of its exports, and there it finds the WebSocket of browsers, for which Node loads its whole
 * `fetch`: 40 ms and 16 MB.
 */
const { createServer } = process.getBuiltinModule('node:http');

/** Administration bodies are small; 1 MiB is generous. */
const MAX_ADMINISTRATION_BODY_BYTES = 1_048_576;

export type ServerOptions = {
  readonly inference: InferenceDoor;
  /** Built on the first call that is not inference: start-up does not wait for it. */
  readonly app: () => Promise<App>;
  /** Of a request that is inference, or would be if it were not only counted. */
  readonly maxBodyBytes: number;
  /** False from the first signal to stop on. */
  readonly isReady: () => boolean;
  readonly clock: Clock;
};

/** Node's defaults are too loose for an edge. */
const LIMITS: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 120_000,
  keepAliveTimeoutMs: 65_000,
  maxHeaderBytes: 16_384,
};

export type GatewayServer = {
  readonly server: Server;
  /** Those with nothing under way; the others when it is over. */
  readonly closeIdleConnections: () => void;
  readonly closeAllConnections: () => void;
};

/**
 * One server: inference goes straight to its door by an exact path, all the rest to the application. Calls in their
 * plainest form are read off their sockets before Node's parser comes in.
 */
export function createGatewayServer(options: ServerOptions): GatewayServer {
  const { inference } = options;
  const listener = listenerFor(options);
  const server = createServer(
    {
      headersTimeout: LIMITS.headersTimeoutMs,
      requestTimeout: LIMITS.requestTimeoutMs,
      keepAliveTimeout: LIMITS.keepAliveTimeoutMs,
      maxHeaderSize: LIMITS.maxHeaderBytes,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
      highWaterMark: 65_536,
    },
    listener,
  );
  server.on('upgrade', (request, socket, head) => {
    const fault = requestFault(request);
    if (fault !== null) socket.destroy();
    else inference.upgrade(request, socket, head).catch(() => socket.destroy());
  });
  // Few clients speak it without asking (AWS's for JavaScript): it is loaded with the first of them.
  let http2: Promise<Http2Connections> | null = null;
  server.on('clientError', (error, socket: Socket) => {
    const beginning = http2Beginning(error, socket);
    if (beginning === null) return refuseConnection(error, socket);
    detach(socket);
    socket.unshift(beginning);
    http2 ??= import('./server-http2.ts').then(({ openHttp2 }) => openHttp2(listener, LIMITS));
    http2.then(({ take }) => take(socket)).catch(() => socket.destroy());
  });
  const direct = readDirectly(server, options);
  return {
    server,
    closeIdleConnections: () => {
      direct.closeIdle();
      server.closeIdleConnections();
      void http2?.then(({ closeIdle }) => closeIdle());
    },
    closeAllConnections: () => {
      direct.closeAll();
      server.closeAllConnections();
      void http2?.then(({ closeAll }) => closeAll());
    },
  };
}

/** Puts what reads calls in front of Node's own listener, which is where all else goes. */
function readDirectly(server: Server, { inference, maxBodyBytes, clock }: ServerOptions): DirectConnections {
  const readByNode = server.listeners('connection');
  server.removeAllListeners('connection');
  const direct = openDirect({
    open: inference.open,
    maxBodyBytes,
    limits: LIMITS,
    clock,
    handOver: (socket) => {
      for (const listener of readByNode) listener.call(server, socket);
      socket.resume();
    },
  });
  server.on('connection', direct.take);
  return direct;
}

function listenerFor({
  inference,
  app,
  maxBodyBytes,
  isReady,
}: ServerOptions): (request: Incoming, response: Outgoing) => void {
  return (request, response) => {
    const fault = requestFault(request);
    if (fault !== null) return refuse(request, response, fault);
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const query = mark === -1 ? '' : url.slice(mark);
    const door = findDoor(path, query);
    if (door !== null && request.method === 'POST')
      inference.open(arrivalOf(request, response, maxBodyBytes), { path, query, door });
    else if (request.method === 'OPTIONS') preflight(request, response);
    else if (isDashboard(request, path)) openDashboard(request, response, path).catch(() => response.destroy());
    else if (door !== null) void refuseMethod(request, response, path, door);
    else {
      const probe = findProbe(request.method, path);
      if (probe !== null) answerProbe(response, probe(isReady()));
      else void administer(request, response, path, { app, maxBodyBytes });
    }
  };
}

function answerProbe(response: PlainOutgoing, { status, body }: ProbeAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'access-control-allow-origin': '*',
  });
  response.end(body);
}

async function refuseMethod(request: Incoming, response: PlainOutgoing, path: string, door: Door): Promise<void> {
  const error = new GatewayError('method_not_allowed', `${path} takes POST, not ${request.method}.`);
  refuse(request, response, error, (await loadDialect(door.dialect)).encodeError);
}

async function administer(
  request: Incoming,
  response: PlainOutgoing,
  path: string,
  { app, maxBodyBytes }: Pick<ServerOptions, 'app' | 'maxBodyBytes'>,
): Promise<void> {
  const later = laterDoor(path);
  if (later !== null) return refuse(request, response, later);
  try {
    const { status, headers, body } = await (await app())(asked(request, path, maxBodyBytes));
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const tooMuch = status === 413;
    const further = tooMuch ? ['connection', 'close'] : [];
    response.writeHead(status, [...headers, 'content-length', String(bytes.length), ...further]);
    response.end(request.method === 'HEAD' ? '' : bytes);
    if (!request.complete && tooMuch) response.once('finish', () => request.destroy());
  } catch (error) {
    refuse(
      request,
      response,
      error instanceof GatewayError
        ? error
        : new GatewayError('internal_error', 'The gateway failed in an unexpected way.'),
    );
  }
}

function asked(request: Incoming, path: string, maxBodyBytes: number): AppRequest {
  const { method = 'GET', url = '/', headers, socket } = request;
  const limit = isCountDoor(path) ? maxBodyBytes : MAX_ADMINISTRATION_BODY_BYTES;
  const bodiless = method === 'GET' || method === 'HEAD';
  return {
    method,
    target: url,
    headers,
    readBody: () => (bodiless ? Promise.resolve(Buffer.alloc(0)) : readBody(request, limit)),
    clientIp: socket.remoteAddress ?? null,
  };
}

function refuse(
  request: Incoming,
  response: PlainOutgoing,
  error: GatewayError,
  encodeError: Dialect['encodeError'] = encodeOpenAiError,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = encodeError(error);
  const tooMuch = error.code === 'payload_too_large';
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...crossOrigin(request.url ?? '/', request.headers.cookie !== undefined),
    ...(tooMuch ? { connection: 'close' } : {}),
  });
  response.end(body);
  if (!request.complete && tooMuch) response.once('finish', () => request.destroy());
}
