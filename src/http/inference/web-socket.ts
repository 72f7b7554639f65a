import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { candidates } from '../../access/index.ts';
import type { StoredResponse } from '../../conversation/index.ts';
import { type Dialect, loadDialect } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { authenticate, type LocalTurns, type Rooms, serve } from '../../pipeline/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../std/index.ts';
import { findDoor } from './doors.ts';
import { whenLoaded } from './loaded.ts';
import { type Asked, openExchange } from './open-exchange.ts';
import { prewarmed } from './prewarm.ts';
import { socketReply } from './socket-reply.ts';

/** Proxies in between close what is silent for a minute. */
const PING_EVERY_MS = 25_000;
/** Turns that one connection remembers of itself; each has all before it. */
const MOST_LOCAL_TURNS = 8;
/** Turns that wait for the one before them. */
const MOST_WAITING = 16;

export type SocketDoor = {
  /** Takes a request for another protocol: a WebSocket where the dialect has turns, 426 elsewhere. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  /** Turns under way. */
  readonly inFlight: () => number;
  /** Closes what is idle at once, the rest after its turn. */
  readonly close: () => void;
};

/** The Responses API over a WebSocket: each `response.create` is a turn, one at a time, its events messages. */
export function openSocketDoor(rooms: Rooms, maxBodyBytes: number): SocketDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes });
  const open = new Set<Connection>();
  let isClosing = false;
  return {
    inFlight: () => [...open].filter((connection) => connection.isBusy()).length,
    close: () => {
      isClosing = true;
      for (const connection of open) connection.closeWhenIdle();
    },
    upgrade: async (request, socket, head) => {
      const asked = askedOf(request);
      const dialect = asked === null ? null : await loadDialect(asked.door.dialect);
      if (asked === null || dialect === null || dialect.threading === null || isClosing)
        return refuse(socket, UPGRADE_REQUIRED, '');
      try {
        await authenticate({ credentials: candidates(request.headers, null) }, rooms);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return refuse(socket, `${error.status} Unauthorized`, dialect.encodeError(error).toString());
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new Connection(webSocket, request, asked, dialect, rooms);
        open.add(connection);
        webSocket.once('close', () => open.delete(connection));
      });
    },
  };
}

/** Codex takes it for "not here" and goes on over HTTP at once; after a 404 it tries seven times. */
const UPGRADE_REQUIRED = '426 Upgrade Required';

function askedOf(request: IncomingMessage): Asked | null {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? '' : url.slice(mark);
  const door = findDoor(path, query);
  if (door === null || request.method !== 'GET') return null;
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return null;
  return { path, query, door: { ...door, address: { model: null, stream: true, framing: 'ndjson' } } };
}

function refuse(socket: Duplex, status: string, body: string): void {
  const length = Buffer.byteLength(body);
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
}

/** One client's socket, with what it remembers of its turns. A class, for it is a thing with a life of its own. */
class Connection {
  readonly #socket: WebSocket;
  readonly #request: IncomingMessage;
  readonly #asked: Asked;
  readonly #dialect: Dialect;
  readonly #rooms: Rooms;
  readonly #waiting: JsonObject[] = [];
  readonly #turns = new Map<string, readonly StoredResponse[]>();
  readonly #localTurns: LocalTurns;
  readonly #ping: NodeJS.Timeout;
  #isBusy = false;
  /** Whether the turn under way has come to an answer. */
  #hasAnswered = false;
  #isClosing = false;

  constructor(socket: WebSocket, request: IncomingMessage, asked: Asked, dialect: Dialect, rooms: Rooms) {
    this.#socket = socket;
    this.#request = request;
    this.#asked = asked;
    this.#dialect = dialect;
    this.#rooms = rooms;
    this.#localTurns = { find: (id) => this.#turns.get(id) ?? null, keep: (stored) => this.#keep(stored) };
    this.#ping = setInterval(() => socket.ping(), PING_EVERY_MS).unref();
    socket.on('message', (data) => this.#take(data));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => clearInterval(this.#ping));
  }

  isBusy(): boolean {
    return this.#isBusy;
  }

  closeWhenIdle(): void {
    this.#isClosing = true;
    if (!this.#isBusy) this.#socket.close(GOING_AWAY);
  }

  #take(data: RawData): void {
    const message = parsed(data);
    if (message === null || message['type'] !== 'response.create') {
      this.#say('invalid_request', "Each message must be a JSON object of type 'response.create'.");
    } else if (this.#waiting.length >= MOST_WAITING) {
      this.#say('rate_limit_exceeded', `No more than ${MOST_WAITING} turns may wait on one connection.`);
    } else {
      this.#waiting.push(message);
      this.#next();
    }
  }

  #next(): void {
    if (this.#isBusy) return;
    if (this.#isClosing) this.#socket.close(GOING_AWAY);
    const message = this.#isClosing ? undefined : this.#waiting.shift();
    if (message === undefined) return;
    const { type: _, generate, ...body } = message;
    this.#isBusy = true;
    if (generate === false) this.#prewarm(body);
    else this.#serve(body);
  }

  #serve(body: JsonObject): void {
    const bytes = Buffer.from(JSON.stringify(body));
    this.#hasAnswered = false;
    const reply = socketReply(this.#socket, () => {
      if (!this.#hasAnswered) this.#forget(body['previous_response_id']);
      this.#done();
    });
    const fail = (): void => this.#socket.terminate();
    const open = (dialect: Dialect): void => {
      const parts = { dialect, readBody: async () => bytes, reply, localTurns: this.#localTurns };
      serve(openExchange(this.#request, this.#asked, parts, this.#rooms), this.#rooms).catch(fail);
    };
    whenLoaded(this.#dialect.id, this.#rooms, open, fail);
  }

  /** Nothing is generated: the turn is remembered, so that the next one need not send it again. */
  #prewarm(body: JsonObject): void {
    try {
      const { events, stored } = prewarmed(body, this.#dialect, this.#asked.door.address, this.#rooms.clock.nowMs());
      this.#keep(stored);
      for (const event of events) this.#socket.send(event);
    } catch (error) {
      if (error instanceof GatewayError) this.#sayError(error);
      else this.#socket.terminate();
    }
    this.#done();
  }

  #done(): void {
    this.#isBusy = false;
    // The events of the turn are out before the next one begins.
    setImmediate(() => this.#next());
  }

  /** A turn that failed takes the one before it along (Open Responses): its client says everything again. */
  #forget(id: unknown): void {
    if (typeof id === 'string') this.#turns.delete(id);
  }

  #keep(stored: StoredResponse): void {
    this.#hasAnswered = stored.response['status'] !== 'failed';
    const before = stored.previousId === null ? [] : (this.#turns.get(stored.previousId) ?? []);
    this.#turns.set(stored.id, [...before, stored]);
    const [oldest] = this.#turns.keys();
    if (this.#turns.size > MOST_LOCAL_TURNS && oldest !== undefined) this.#turns.delete(oldest);
  }

  #say(code: 'invalid_request' | 'rate_limit_exceeded', message: string): void {
    this.#sayError(new GatewayError(code, message));
  }

  #sayError(error: GatewayError): void {
    const body = JSON.parse(this.#dialect.encodeError(error).toString()) as JsonObject;
    this.#socket.send(JSON.stringify({ type: 'error', status: error.status, ...body }));
  }
}

const GOING_AWAY = 1001;

function parsed(data: RawData): JsonObject | null {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  const result = parseJson(bytes);
  return result.ok && isJsonObject(result.value) ? result.value : null;
}
