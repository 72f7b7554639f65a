import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Scope } from './scope.ts';

export type UpstreamRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The connection, to write raw bytes to, or to cut. */
  readonly socket: Socket;
};

/** What plays a provider: every request is kept, and answered on its socket. */
export type Upstream = { readonly url: string; readonly port: number; readonly requests: UpstreamRequest[] };

export type Script = (request: UpstreamRequest) => void | Promise<void>;

export async function startUpstream(test: Scope, script: Script): Promise<Upstream> {
  const requests: UpstreamRequest[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(pieces).toString(),
        socket: incoming.socket,
      };
      requests.push(request);
      void script(request);
    });
  });
  server.on('connection', (socket) => socket.setNoDelay(true).on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, port, requests };
}

export type AnswerParts = {
  readonly status?: number;
  readonly type?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Where the body is cut; each piece is written when the one before is on its way. */
  readonly cuts?: readonly number[];
};

/**
 * One whole answer, framed by its length. The connection is not kept: Node's server does not know that an answer was
 * written past it.
 */
export async function answer({ socket }: UpstreamRequest, parts: AnswerParts): Promise<void> {
  const { status = 200, type = 'application/json', headers = {}, cuts = [] } = parts;
  const body = Buffer.from(parts.body);
  const lines = [
    `HTTP/1.1 ${status} Whatever`,
    ...(type === null ? [] : [`content-type: ${type}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const ends = [...cuts, body.length];
  let from = 0;
  for (const end of ends) {
    if (socket.destroyed) return;
    await write(socket, body.subarray(from, end));
    from = end;
  }
  socket.end();
}

/** The head of a stream that ends when its connection ends. */
export function startStream({ socket }: UpstreamRequest, type = 'text/event-stream'): void {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n`);
}

export function write(socket: Socket, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => setImmediate(resolve));
  });
}

export function chatChunk(content: string, more: Readonly<Record<string, unknown>> = {}): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  const event = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices, ...more };
  return `data: ${JSON.stringify(event)}\n\n`;
}

export function usageChunk(input: number, output: number): string {
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  return chatChunk('', { choices: [], usage });
}

export const DONE = 'data: [DONE]\n\n';

export function chatAnswer(content: string, input = 10, output = 5): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  });
}
