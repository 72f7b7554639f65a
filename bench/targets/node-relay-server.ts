import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

/** `node node-relay-server.ts PORT PLAIN_PORT STREAM_PORT`: moves bytes and does nothing else. */

const [port, plainPort, streamPort] = process.argv.slice(2).map(Number);
const pools = new Map([
  ['plain', new Pool(`http://127.0.0.1:${plainPort}`, { connections: 2_048 })],
  ['stream', new Pool(`http://127.0.0.1:${streamPort}`, { connections: 2_048 })],
]);

function forwarded(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name !== 'connection' && name !== 'keep-alive' && name !== 'transfer-encoding')
      kept[name] = value;
  }
  return kept;
}

function relayTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller) => {
      response.on('drain', () => controller.resume());
      response.on('close', () => {
        if (!response.writableFinished) controller.abort(new Error('the client has gone'));
      });
    },
    onResponseStart: (_controller, status, headers) => {
      response.writeHead(status, forwarded(headers));
    },
    onResponseData: (controller, chunk) => {
      if (!response.write(chunk)) controller.pause();
    },
    onResponseEnd: () => {
      response.end();
    },
    onResponseError: () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    },
  };
}

function relay(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const [, lane = '', ...rest] = (request.url ?? '').split('/');
  const pool = pools.get(lane);
  if (pool === undefined) {
    response.writeHead(request.url === '/health/readiness' ? 200 : 404).end();
    return;
  }
  pool.dispatch(
    { path: `/${rest.join('/')}`, method: 'POST', headers: forwarded(request.headers), body },
    relayTo(response),
  );
}

const server = createServer({ noDelay: true, keepAliveTimeout: 300_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => relay(request, response, Buffer.concat(chunks)));
});
server.listen({ port, host: '127.0.0.1', backlog: 4_096 });
