import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request, of either version of the protocol. */
export type Incoming = IncomingMessage | Http2ServerRequest;

/** The way back. */
export type Outgoing = ServerResponse | Http2ServerResponse;

/** What a plain answer needs of it. */
export type PlainOutgoing = {
  readonly headersSent: boolean;
  writeHead(status: number, headers: OutgoingHttpHeaders | string[]): unknown;
  end(chunk: string | Uint8Array): unknown;
  once(event: 'finish', listener: () => void): unknown;
  destroy(): unknown;
};
