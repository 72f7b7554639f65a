import type { Dialect } from '../../dialects/index.ts';
import { type Reply, type Rooms, serve } from '../../pipeline/index.ts';
import type { Incoming, Outgoing } from '../message.ts';
import { http2Reply } from './http2-reply.ts';
import { whenLoaded } from './loaded.ts';
import { nodeReply } from './node-reply.ts';
import { type Asked, openExchange } from './open-exchange.ts';
import { readBody } from './read-body.ts';
import type { SocketDoor } from './web-socket.ts';

export { type Door, findDoor, isCountDoor } from './doors.ts';
export { readBody } from './read-body.ts';

const NO_HEADERS: readonly string[] = [];

export type InferenceDoor = {
  /** Opens an exchange for a request that came through the door, and lets the pipeline serve it. */
  readonly open: (request: Incoming, response: Outgoing, asked: Asked) => void;
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
    open: (request, response, asked) => {
      inFlight++;
      const reply = replyOver(response, request.headers.origin === undefined ? NO_HEADERS : CORS, onClosed);
      // Only a mistake of ours gets here; the client must not wait for ever.
      const fail = (): void => void response.destroy();
      const open = (dialect: Dialect): void => {
        const parts = { dialect, readBody: () => readBody(request, maxBodyBytes), reply, localTurns: null };
        serve(openExchange(request, asked, parts, rooms), rooms).catch(fail);
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

function replyOver(response: Outgoing, common: readonly string[], onClosed: () => void): Reply {
  return 'stream' in response ? http2Reply(response, common, onClosed) : nodeReply(response, common, onClosed);
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
