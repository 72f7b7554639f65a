import type { Dialect } from '../../dialects/index.ts';
import { type Reply, type Rooms, serve } from '../../pipeline/index.ts';
import type { Incoming, Outgoing } from '../message.ts';
import { http2Reply } from './http2-reply.ts';
import { whenLoaded } from './loaded.ts';
import { nodeReply } from './node-reply.ts';
import { type Asked, type Head, openExchange } from './open-exchange.ts';
import { readBody } from './read-body.ts';
import type { SocketDoor } from './web-socket.ts';

export { type Door, findDoor, isCountDoor } from './doors.ts';
export type { Asked } from './open-exchange.ts';
export { readBody } from './read-body.ts';

const NO_HEADERS: readonly string[] = [];

/** A request and the way back, whoever reads and writes them. */
export type Arrival = {
  readonly head: Head;
  /** Rejects with a GatewayError (413, 408, 499). */
  readonly readBody: () => Buffer | Promise<Buffer>;
  /** Once. `common`: headers of each answer, flat; `onClosed` is called once, however it ends. */
  readonly openReply: (common: readonly string[], onClosed: () => void) => Reply;
};

export type InferenceDoor = {
  /** Opens an exchange for a request that came through the door, and lets the pipeline serve it. */
  readonly open: (arrival: Arrival, asked: Asked) => void;
  /** A request for another protocol. */
  readonly upgrade: SocketDoor['upgrade'];
  readonly inFlight: () => number;
  /** Sockets that stay open between turns; the rest is the server's. */
  readonly closeSockets: () => void;
};

export function openInference(rooms: Rooms, maxBodyBytes: number): InferenceDoor {
  let inFlight = 0;
  const onClosed = (): void => {
    inFlight--;
  };
  // Few clients want it: a start does not wait for it.
  let sockets: SocketDoor | null = null;
  return {
    open: ({ head, readBody, openReply }, asked) => {
      inFlight++;
      const reply = openReply(head.headers.origin === undefined ? NO_HEADERS : CORS, onClosed);
      // Only a mistake of ours gets here; the client must not wait for ever.
      const fail = (): void => reply.cut();
      const open = (dialect: Dialect): void => {
        const parts = { dialect, readBody, reply, localTurns: null };
        serve(openExchange(head, asked, parts, rooms), rooms).catch(fail);
      };
      whenLoaded(asked.door.dialect, rooms, open, fail);
    },
    upgrade: async (request, socket, head) => {
      sockets ??= (await import('./web-socket.ts')).openSocketDoor(rooms, maxBodyBytes);
      await sockets.upgrade(request, socket, head);
    },
    inFlight: () => inFlight + (sockets?.inFlight() ?? 0),
    closeSockets: () => sockets?.close(),
  };
}

/** A request that one of Node's servers has read. */
export function arrivalOf(request: Incoming, response: Outgoing, maxBodyBytes: number): Arrival {
  return {
    head: request,
    readBody: () => readBody(request, maxBodyBytes),
    openReply: (common, onClosed) =>
      'stream' in response ? http2Reply(response, common, onClosed) : nodeReply(response, common, onClosed),
  };
}

const EXPOSED = [
  'x-request-id',
  'x-generation-id',
  'x-litellm-call-id',
  'x-litellm-model-id',
  'x-litellm-response-cost',
  'x-waybill-warnings',
  'x-waybill-max-output-tokens',
  'x-waybill-plan',
  'x-litellm-attempted-retries',
  'x-litellm-attempted-fallbacks',
  'retry-after',
  'x-should-retry',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
].join(', ');

/** Credentials travel in headers that a page must set itself, so any origin may ask. */
export const CORS: readonly string[] = ['access-control-allow-origin', '*', 'access-control-expose-headers', EXPOSED];
