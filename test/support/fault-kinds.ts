import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { chatAnswer, chatChunk, DONE, type Script, type UpstreamRequest } from './upstream.ts';

/** A way in which an upstream fails; `status` and `code`: what the caller is told where nobody else can be asked. */
export type FaultKind = {
  readonly name: string;
  readonly fails: Script;
  readonly status: number;
  /** null: the upstream's own error, as it came. */
  readonly code: string | null;
  /** Seconds, of a refusal that has them. */
  readonly retryAfter?: number;
};

const ERROR = JSON.stringify({ error: { message: 'scripted', type: 'scripted', param: null, code: 'scripted' } });

function isStream({ body }: UpstreamRequest): boolean {
  return body.includes('"stream":true');
}

function raw(text: string | ((request: UpstreamRequest) => string), end: (socket: Socket) => void = closed): Script {
  return (request) => {
    const { socket } = request;
    socket.write(typeof text === 'string' ? text : text(request), 'latin1', () => setImmediate(end, socket));
  };
}

const closed = (socket: Socket): unknown => socket.end();
const reset = (socket: Socket): unknown => socket.resetAndDestroy();
const open = (): void => undefined;

const STREAM = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const PLAIN = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n`;
const ANSWER = chatAnswer('from the faulty one');
const ROLE = chatChunk('', { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });

/** The head of an answer, of a stream for who asked for one; of a plain one with its length. */
function head(request: UpstreamRequest, length = Buffer.byteLength(ANSWER)): string {
  return isStream(request) ? STREAM : `${PLAIN}content-length: ${length}\r\n\r\n`;
}

function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function refusal(status: number, headers = '', body = ERROR, type = 'application/json'): Script {
  return raw(
    `HTTP/1.1 ${status} Whatever\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n${headers}\r\n${body}`,
  );
}

function limited(name: string, retryAfter: number, headers: string, body = ERROR): FaultKind {
  return { name: `429, ${name}`, fails: refusal(429, headers, body), status: 429, code: null, retryAfter };
}

const refused = (status: number, told = status, code: string | null = null): FaultKind => ({
  name: String(status),
  fails: refusal(status),
  status: told,
  code,
});

/** Writes now and then, so that the connection is never silent for long. */
function drips(what: (request: UpstreamRequest) => string): Script {
  return (request) => {
    const { socket } = request;
    socket.write(head(request, 1_000));
    const timer = setInterval(() => socket.write(what(request)), 40);
    socket.once('close', () => clearInterval(timer));
  };
}

/** As a whole answer, or as all of a stream. */
function body(plain: string | Buffer, streamed: string = DONE): Script {
  return (request) => {
    const text = isStream(request) ? Buffer.from(streamed) : Buffer.from(plain);
    const type = isStream(request) ? 'text/event-stream' : 'application/json';
    const lines = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n`;
    request.socket.end(Buffer.concat([Buffer.from(lines), text]));
  };
}

const GZIPPED = gzipSync(Buffer.from(ANSWER)).toString('latin1');
const errorEvent = (error: unknown): string => `data: ${JSON.stringify({ error })}\n\n`;
const overloaded = { message: 'overloaded', code: 503 };
const INVALID = { status: 502, code: 'upstream_invalid' } as const;
const ENDED = { status: 502, code: 'upstream_ended' } as const;
const UNREACHABLE = { status: 502, code: 'upstream_unreachable' } as const;
const LATE = { status: 504, code: 'upstream_timeout' } as const;

/** Of upstreams that take the request. Dates are of their own clock. */
export const faultKinds: readonly FaultKind[] = [
  { name: 'a reset before the head', fails: raw('', reset), ...UNREACHABLE },
  { name: 'a close before the head', fails: raw(''), ...UNREACHABLE },
  { name: 'half a head', fails: raw('HTTP/1.1 200 OK\r\ncontent-ty'), ...UNREACHABLE },
  { name: 'a head that is none', fails: raw('SSH-2.0-OpenSSH_9.9\r\n\r\n'), ...INVALID },
  { name: 'two lengths', fails: raw(`${PLAIN}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`), ...INVALID },
  { name: 'a reset after the head', fails: raw((request) => head(request), reset), ...UNREACHABLE },
  ...[1, 20, 80].map((bytes): FaultKind => {
    const text = (request: UpstreamRequest) =>
      head(request) + (isStream(request) ? chunked(ROLE).slice(0, bytes) : ANSWER.slice(0, bytes));
    return { name: `a reset at byte ${bytes}`, fails: raw(text, reset), ...UNREACHABLE };
  }),
  { name: 'fewer bytes than said', fails: raw((request) => head(request) + ANSWER.slice(0, 60)), ...ENDED },
  {
    name: 'a chunk that breaks off',
    fails: raw(`${PLAIN}transfer-encoding: chunked\r\n\r\nff\r\n{"id":`),
    ...ENDED,
  },
  { name: 'a chunk of no size', fails: raw(`${PLAIN}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`), ...INVALID },
  { name: 'half of the JSON, said to be all', fails: body(ANSWER.slice(0, 60), 'data: {"id":\n\n'), ...INVALID },
  { name: 'nothing at all with 200', fails: body('', ''), ...INVALID },
  { name: 'null with 200', fails: body('null'), ...INVALID },
  { name: 'an end without a beginning', fails: body('[]', DONE), ...INVALID },
  {
    name: '200 with an error',
    fails: body(JSON.stringify({ error: overloaded }), errorEvent(overloaded)),
    status: 503,
    code: null,
  },
  {
    name: '200 with an error after the role',
    fails: body(JSON.stringify({ error: overloaded }), ROLE + errorEvent(overloaded)),
    status: 503,
    code: null,
  },
  {
    name: '200 with an error that says it is a finish',
    fails: body(
      JSON.stringify({ error: overloaded }),
      chatChunk('', { error: overloaded, choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }] }),
    ),
    status: 503,
    code: null,
  },
  { name: '204', fails: raw('HTTP/1.1 204 No Content\r\n\r\n'), ...INVALID },
  {
    name: '302',
    fails: raw('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    status: 502,
    code: 'upstream_error',
  },
  refused(401, 503, 'upstream_credential'),
  refused(402, 503, 'upstream_credential'),
  refused(403, 503, 'upstream_credential'),
  {
    name: '429 of an account without money',
    fails: refusal(429, '', JSON.stringify({ error: { message: 'quota', code: 'insufficient_quota' } })),
    status: 503,
    code: 'upstream_credential',
  },
  refused(404),
  refused(408),
  refused(409),
  refused(500),
  refused(502),
  refused(503),
  refused(504),
  refused(529),
  { ...limited('without a word', 0, '') },
  limited('in seconds', 20, 'retry-after: 20\r\n'),
  limited('in parts of a second', 20, 'retry-after: 19.5\r\n'),
  limited('in milliseconds', 20, 'retry-after-ms: 19500\r\n'),
  limited('as a date', 20, 'date: Wed, 21 Oct 2026 07:28:00 GMT\r\nretry-after: Wed, 21 Oct 2026 07:28:20 GMT\r\n'),
  limited('by when the limit is whole', 20, 'x-ratelimit-reset-tokens: 19.5s\r\n'),
  limited(
    'by when its limit is whole, as a time',
    20,
    'date: Wed, 21 Oct 2026 07:28:00 GMT\r\nanthropic-ratelimit-tokens-reset: 2026-10-21T07:28:20Z\r\n',
  ),
  limited(
    'in the body',
    34,
    '',
    JSON.stringify({ error: { status: 'RESOURCE_EXHAUSTED', message: 'x', details: [{ retryDelay: '34s' }] } }),
  ),
  limited('in words', 90, '', JSON.stringify({ error: { message: 'Please try again in 1m30s.' } })),
  {
    name: 'a page of some proxy',
    fails: refusal(502, '', '<html>Bad gateway</html>', 'text/html'),
    status: 502,
    code: 'upstream_error',
  },
  { name: 'a refusal without a body', fails: refusal(503, '', ''), status: 503, code: 'upstream_error' },
  { name: 'silence before the head', fails: raw('', open), ...LATE },
  { name: 'silence after the head', fails: raw((request) => head(request), open), ...LATE },
  { name: 'comments without end', fails: drips((request) => (isStream(request) ? chunked(': x\n\n') : '')), ...LATE },
  {
    name: 'a role, then silence',
    fails: raw((request) => head(request) + (isStream(request) ? chunked(ROLE) : '{'), open),
    ...LATE,
  },
  {
    name: 'a role, then the end',
    fails: body('{', ROLE),
    ...INVALID,
  },
  { name: 'comments, then the end', fails: body('', ': one\n\n: two\n\n'), ...INVALID },
  {
    name: 'gzip that is none',
    fails: raw(`${PLAIN}content-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello`),
    ...INVALID,
  },
  {
    name: 'gzip that breaks off',
    fails: raw(
      `${PLAIN}content-encoding: gzip\r\ncontent-length: 40\r\nconnection: close\r\n\r\n${GZIPPED.slice(0, 40)}`,
    ),
    ...ENDED,
  },
  {
    name: 'a coding that nobody knows',
    fails: raw(`${PLAIN}content-encoding: magic\r\ncontent-length: 2\r\n\r\n{}`),
    ...INVALID,
  },
];
