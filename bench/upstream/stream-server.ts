import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { plainAnswer, readStreamDirective, streamEvents } from '../payload.ts';

/** The upstream of streams, a process of its own: `node stream-server.ts PORT`. Without `stream` in the request it answers plainly. */

type Stream = { readonly response: ServerResponse; readonly paceMs: number; remaining: number; ended: boolean };

const TICK_MS = 1;
/** Longer than any pace: a stream is due within one turn of the wheel. */
const SLOTS = 1_024;

const wheel: Stream[][] = Array.from({ length: SLOTS }, () => []);
let turnedTo = Math.floor(performance.now());

function schedule(stream: Stream, fromMs: number): void {
  wheel[(fromMs + Math.min(stream.paceMs, SLOTS - 1)) % SLOTS]?.push(stream);
}

function writeNext(stream: Stream, nowMs: number): void {
  if (stream.ended) return;
  stream.remaining -= 1;
  if (stream.remaining === 0) {
    stream.ended = true;
    stream.response.end(streamEvents.end);
    return;
  }
  stream.response.write(stream.remaining === 1 ? streamEvents.finish : streamEvents.content);
  schedule(stream, nowMs);
}

/** One timer for all streams, each of them in the slot of the millisecond in which it is due. */
function turn(): void {
  const nowMs = Math.floor(performance.now());
  while (turnedTo < nowMs) {
    turnedTo += 1;
    const slot = turnedTo % SLOTS;
    const due = wheel[slot] ?? [];
    if (due.length === 0) continue;
    wheel[slot] = [];
    for (const stream of due) writeNext(stream, turnedTo);
  }
}

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-length': 0 }).end();
    return;
  }
  if (!/"stream": ?true/.test(body)) {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(plain) })
      .end(plain);
    return;
  }
  const { chunks, paceMs } = readStreamDirective(body);
  const stream: Stream = { response, paceMs, remaining: chunks - 1, ended: false };
  response.on('close', () => {
    stream.ended = true;
  });
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.write(streamEvents.first);
  schedule(stream, Math.floor(performance.now()));
}

const plain = plainAnswer();
const server = createServer({ noDelay: true, keepAliveTimeout: 300_000 }, (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => answer(request, response, body));
});

setInterval(turn, TICK_MS);
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4_096 });
process.on('disconnect', () => process.exit());
