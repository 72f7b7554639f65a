import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Hono } from 'hono';
import { type Dialect, encodeOpenAiError, loadDialect } from '../dialects/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Door, findDoor, type InferenceDoor, isCountDoor, readBody } from './inference/index.ts';
import { laterDoor } from './later-doors.ts';
import { preflight } from './preflight.ts';
import { findProbe, type ProbeAnswer } from './probes.ts';
import { requestFault } from './request-fault.ts';

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
  readonly app: () => Promise<Hono>;
  /** Of a request that is inference, or would be if it were not only counted. */
  readonly maxBodyBytes: number;
  /** False from the first signal to stop on. */
  readonly isReady: () => boolean;
};

/** One server: inference goes straight to its door by an exact path, all the rest to the application. */
export function createGatewayServer({ inference, app, maxBodyBytes, isReady }: ServerOptions): Server {
  const server = createServer(
    {
      // Node's defaults are too loose for an edge.
      headersTimeout: 10_000,
      requestTimeout: 120_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
      highWaterMark: 65_536,
    },
    (request, response) => {
      const fault = requestFault(request);
      if (fault !== null) return refuse(request, response, fault);
      const url = request.url ?? '/';
      const mark = url.indexOf('?');
      const path = mark === -1 ? url : url.slice(0, mark);
      const query = mark === -1 ? '' : url.slice(mark);
      const door = findDoor(path, query);
      if (door !== null && request.method === 'POST') inference.open(request, response, { path, query, door });
      else if (request.method === 'OPTIONS') preflight(request, response);
      else if (door !== null) void refuseMethod(request, response, path, door);
      else {
        const probe = findProbe(request.method, path);
        if (probe !== null) answerProbe(response, probe(isReady()));
        else void administer(request, response, path, { app, maxBodyBytes });
      }
    },
  );
  server.on('upgrade', (request, socket, head) => {
    const fault = requestFault(request);
    if (fault !== null) socket.destroy();
    else inference.upgrade(request, socket, head).catch(() => socket.destroy());
  });
  return server;
}

function answerProbe(response: ServerResponse, { status, body }: ProbeAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'access-control-allow-origin': '*',
  });
  response.end(body);
}

async function refuseMethod(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  door: Door,
): Promise<void> {
  const error = new GatewayError('method_not_allowed', `${path} takes POST, not ${request.method}.`);
  refuse(request, response, error, (await loadDialect(door.dialect)).encodeError);
}

async function administer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { app, maxBodyBytes }: Pick<ServerOptions, 'app' | 'maxBodyBytes'>,
): Promise<void> {
  const later = laterDoor(path);
  if (later !== null) return refuse(request, response, later);
  try {
    const limit = isCountDoor(path) ? maxBodyBytes : MAX_ADMINISTRATION_BODY_BYTES;
    const answer = await (await app()).fetch(asRequest(request, limit));
    const bytes = Buffer.from(await answer.arrayBuffer());
    const tooMuch = answer.status === 413;
    const further = tooMuch ? ['connection', 'close'] : [];
    response.writeHead(
      answer.status,
      [...answer.headers].flat().concat('content-length', String(bytes.length), further),
    );
    response.end(request.method === 'HEAD' ? undefined : bytes);
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

/** The body is read when a route asks for it, which is when its caller is known. */
function asRequest(request: IncomingMessage, maxBytes: number): Request {
  const headers = new Headers();
  const { rawHeaders } = request;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  const method = request.method ?? 'GET';
  const bodiless = method === 'GET' || method === 'HEAD';
  return new Request(`http://gateway${request.url ?? '/'}`, {
    method,
    headers,
    body: bodiless ? null : bodyOf(request, maxBytes),
    duplex: 'half',
  });
}

function bodyOf(request: IncomingMessage, maxBytes: number): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: async (controller) => {
        controller.enqueue(await readBody(request, maxBytes));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
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
    'access-control-allow-origin': '*',
    ...(tooMuch ? { connection: 'close' } : {}),
  });
  response.end(body);
  if (!request.complete && tooMuch) response.once('finish', () => request.destroy());
}
