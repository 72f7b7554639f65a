import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createConnections } from '../network/index.ts';
import { systemClock } from '../std/index.ts';
import { openTransport } from './transport.ts';
import type {
  Transport,
  TransportFailure,
  UpstreamCall,
  UpstreamHandle,
  UpstreamSink,
  UpstreamTimeouts,
} from './upstream.ts';

// For tests only: servers that play the upstream, and a sink that writes down what it is told.

export type RawUpstream = { readonly origin: string; readonly sockets: Socket[] };

/** A server that answers each request with what `answer` writes on its socket. */
export async function rawUpstream(
  test: TestContext,
  answer: (socket: Socket, requestIndex: number) => void,
): Promise<RawUpstream> {
  const sockets: Socket[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (data.includes('\r\n\r\n')) answer(socket, requests++);
    });
  });
  await listen(test, server);
  test.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { origin: originOf(server), sockets };
}

export async function httpUpstream(
  test: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createHttpServer(answer);
  await listen(test, server);
  test.after(() => server.closeAllConnections());
  return originOf(server);
}

export function testTransport(test: TestContext): Transport {
  const connections = createConnections({ ca: [], httpProxy: null, httpsProxy: null, noProxy: null });
  const transport = openTransport({ connections, clock: systemClock });
  test.after(() => transport.close());
  return transport;
}

export type Recording = {
  readonly handle: UpstreamHandle;
  readonly done: Promise<void>;
  status: number;
  header: (name: string) => string | null;
  chunks: Buffer[];
  text: () => string;
  ended: boolean;
  failure: TransportFailure | null;
};

export type CallOptions = {
  readonly timeouts?: Partial<UpstreamTimeouts>;
  readonly body?: Buffer;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly onData?: (chunk: Buffer) => void;
  readonly onHead?: () => void;
  readonly seesContent?: boolean;
};

const NO_LIMITS: UpstreamTimeouts = { connectMs: 10_000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 20_000 };

/** Sends, and writes down everything; fails if the sink's rules are broken. */
export function send(transport: Transport, origin: string, options: CallOptions = {}): Recording {
  const { promise, resolve } = Promise.withResolvers<void>();
  let hasReturned = false;
  const check = (): void => {
    if (!hasReturned) throw new Error('called before send had returned');
    if (record.ended || record.failure !== null) throw new Error('called after the end');
  };
  const sink: UpstreamSink = {
    onHead: (status, headers) => {
      check();
      record.status = status;
      record.header = (name) => headers.get(name);
      options.onHead?.();
    },
    onData: (chunk) => {
      check();
      if (options.seesContent !== false) record.handle.contentSeen();
      record.chunks.push(chunk);
      options.onData?.(chunk);
    },
    onEnd: () => {
      check();
      record.ended = true;
      resolve();
    },
    onFailure: (failure) => {
      check();
      record.failure = failure;
      resolve();
    },
  };
  const call: UpstreamCall = {
    origin,
    path: options.path ?? '/v1/chat/completions',
    method: 'POST',
    headers: options.headers ?? ['content-type', 'application/json', 'accept-encoding', 'identity'],
    body: options.body ?? Buffer.from('{}'),
    timeouts: { ...NO_LIMITS, ...options.timeouts },
  };
  const record: { -readonly [Key in keyof Recording]: Recording[Key] } = {
    handle: { abort: () => {}, pause: () => {}, resume: () => {}, contentSeen: () => {} },
    done: promise,
    status: 0,
    header: () => null,
    chunks: [],
    text: () => Buffer.concat(record.chunks).toString(),
    ended: false,
    failure: null,
  };
  record.handle = transport.send(call, sink);
  hasReturned = true;
  return record;
}

export function listen(test: TestContext, server: Server): Promise<void> {
  test.after(() => void server.close());
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

export function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export async function until(condition: () => boolean, withinMs: number): Promise<number> {
  const started = performance.now();
  while (!condition()) {
    if (performance.now() - started > withinMs) throw new Error(`not within ${withinMs} ms`);
    await sleep(1);
  }
  return performance.now() - started;
}
