import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What Node's parser says of a connection that it cannot go on with. */
type ClientError = Error & { readonly code?: string; readonly bytesParsed?: number; readonly rawPacket?: Buffer };

/** What a client that speaks HTTP/2 without asking writes first (RFC 9113, 3.4); the parser knows it and stops there. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const PREFACE_SEEN = 'HPE_PAUSED_H2_UPGRADE';

/** All that came on a connection whose first bytes are HTTP/2's preface; null: it is another mistake. */
export function http2Beginning({ code, bytesParsed = 0, rawPacket }: ClientError, socket: Socket): Buffer | null {
  if (code !== PREFACE_SEEN || rawPacket === undefined) return null;
  const unread = rawPacket.subarray(bytesParsed);
  // Behind a request of HTTP/1.1 it is none: two readers would understand the connection differently.
  return socket.bytesRead === PREFACE.length + unread.length ? Buffer.concat([PREFACE, unread]) : null;
}

/**
 * Takes a socket away from Node's server, as that does itself for an upgrade: its listener for `close` gives the parser
 * back, with its deadlines; the others would read along.
 */
export function detach(socket: Socket): void {
  for (const listener of socket.listeners('close')) listener.call(socket, false);
  for (const event of ['close', 'data', 'drain', 'end', 'error', 'pause', 'resume', 'timeout'])
    socket.removeAllListeners(event);
  // Its client may go away before anybody else listens.
  socket.on('error', () => undefined);
  socket.pause();
}

const STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What Node does where nobody listens: a status, unless an answer is on its way already, and the end. */
export function refuseConnection({ code = '' }: ClientError, socket: Duplex & AnsweredSocket): void {
  const isAnswering = socket._httpMessage?.headersSent === true;
  if (socket.writable && !isAnswering)
    socket.write(`HTTP/1.1 ${STATUSES[code] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  socket.destroy();
}

/** Node keeps the answer under way there. */
export type AnsweredSocket = { readonly _httpMessage?: { readonly headersSent: boolean } | null };
