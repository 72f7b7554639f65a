import type { Socket } from 'node:net';
import type { Clock } from '../../std/index.ts';
import { type Arrival, type Asked, findDoor } from '../inference/index.ts';
import { ClientConnection, type ConnectionOwner } from './connection.ts';

const TICK_MS = 1_000;
/** How much longer than we say we wait for a next request: it may be under way when the time is up. As Node has it. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

export type DirectOptions = {
  readonly open: (arrival: Arrival, asked: Asked) => void;
  /** What is longer is Node's to refuse. */
  readonly maxBodyBytes: number;
  /** Takes a connection whose requests are not read here; what came on it already has been put back. */
  readonly handOver: (socket: Socket) => void;
  readonly limits: {
    readonly headersTimeoutMs: number;
    readonly requestTimeoutMs: number;
    readonly keepAliveTimeoutMs: number;
  };
  readonly clock: Clock;
};

export type DirectConnections = {
  readonly take: (socket: Socket) => void;
  /** Those that had a request and have none under way. */
  readonly closeIdle: () => void;
  readonly closeAll: () => void;
};

/** Calls read straight off their sockets, in their plainest form. All the rest is handed over. */
export function openDirect({ open, maxBodyBytes, handOver, limits, clock }: DirectOptions): DirectConnections {
  const connections = new Set<ClientConnection>();
  let timer: NodeJS.Timeout | null = null;
  const tick = (): void => {
    for (const connection of connections) connection.tick();
    if (connections.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  const keepAliveS = Math.floor(limits.keepAliveTimeoutMs / 1000);
  const owner: ConnectionOwner = {
    patience: {
      first: limits.headersTimeoutMs / TICK_MS,
      next: (limits.keepAliveTimeoutMs + KEEP_ALIVE_MARGIN_MS) / TICK_MS,
      body: limits.requestTimeoutMs / TICK_MS,
    },
    headFacts: () => ({ nowMs: clock.nowMs(), keepAliveS }),
    doorOf: ({ target, contentLength }) => {
      const mark = target.indexOf('?');
      const path = mark === -1 ? target : target.slice(0, mark);
      const query = mark === -1 ? '' : target.slice(mark);
      const door = contentLength > maxBodyBytes ? null : findDoor(path, query);
      return door === null ? null : { path, query, door };
    },
    open,
    handOver: (connection, socket) => {
      connections.delete(connection);
      handOver(socket);
    },
    forget: (connection) => void connections.delete(connection),
  };
  return {
    take: (socket) => {
      connections.add(new ClientConnection(socket, owner));
      timer ??= setInterval(tick, TICK_MS).unref();
    },
    closeIdle: () => {
      for (const connection of connections) if (connection.isIdle()) connection.destroy();
    },
    closeAll: () => {
      for (const connection of connections) connection.destroy();
    },
  };
}
