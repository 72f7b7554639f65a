import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Route } from '../network/index.ts';

/** What servers without a hint are trusted to keep open; a stale one costs the caller a second try. */
const KEEP_ALIVE_MS = 30_000;
const KEEP_ALIVE_MAX_MS = 600_000;
/** Subtracted from a server's own hint, for the time under way. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
const MAX_HEADER_BYTES = 65_536;

/**
 * One socket and the client on it. Not undici's Pool: that takes the first free client even when its socket is gone
 * while a connected one waits behind it, cannot drop a connection that is still opening, and tells nobody whether a
 * connection was used before.
 */
export type Connection = {
  readonly client: Client;
  readonly lane: Lane;
  isBusy: boolean;
  isOpen: boolean;
  /** The socket reported an error: an answer without a declared length that "ended" then was cut off. */
  hasErrored: boolean;
  /** Requests finished on it. */
  served: number;
  giveUp: () => void;
};

/** The connections to one origin, the last used first, so that the rest can go idle. */
export type Lane = {
  readonly route: Route;
  readonly acquire: () => Connection;
  /** After a whole answer: the connection may serve again. */
  readonly release: (connection: Connection) => void;
  /** After anything else: its socket is destroyed at once, opening or open. */
  readonly drop: (connection: Connection) => void;
  /** Destroys the idle ones: one was stale, so are they (a restarted server closes all). */
  readonly dropIdle: () => void;
  readonly openSockets: () => number;
  readonly close: () => Promise<void>;
};

export function openLane(route: Route): Lane {
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  let openSockets = 0;

  const lane: Lane = {
    route,
    acquire: () => {
      const connection = idle.pop() ?? connect(lane, countSocket, onDisconnect);
      connection.isBusy = true;
      all.add(connection);
      return connection;
    },
    release: (connection) => {
      connection.isBusy = false;
      connection.served += 1;
      if (connection.isOpen) idle.push(connection);
      else lane.drop(connection);
    },
    drop: (connection) => {
      all.delete(connection);
      connection.giveUp();
      connection.client.destroy(null, ignore);
    },
    dropIdle: () => {
      for (const connection of idle.splice(0)) lane.drop(connection);
    },
    openSockets: () => openSockets,
    close: async () => {
      idle.length = 0;
      const closing = Array.from(all, (connection) => {
        connection.giveUp();
        return connection.client.destroy();
      });
      all.clear();
      await Promise.all(closing);
    },
  };

  const countSocket = (change: 1 | -1): void => {
    openSockets += change;
  };
  /** A busy one is left alone: undici reports the failure to its request, or connects again for one not yet written. */
  const onDisconnect = (connection: Connection): void => {
    if (connection.isBusy) return;
    const index = idle.indexOf(connection);
    if (index >= 0) idle.splice(index, 1);
    lane.drop(connection);
  };
  return lane;
}

function connect(
  lane: Lane,
  countSocket: (change: 1 | -1) => void,
  onDisconnect: (connection: Connection) => void,
): Connection {
  const client = new Client(lane.route.origin, {
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: -1,
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
    connect: (target, callback) => {
      connection.giveUp = lane.route.connect(target, (error, socket) => {
        connection.giveUp = ignore;
        if (socket === null) return callback(error ?? new Error('no socket'), null);
        watchSocket(connection, socket, countSocket);
        callback(null, socket);
      });
    },
  });
  const connection: Connection = {
    client,
    lane,
    isBusy: true,
    isOpen: false,
    hasErrored: false,
    served: 0,
    giveUp: ignore,
  };
  client.on('disconnect', () => onDisconnect(connection));
  return connection;
}

function watchSocket(connection: Connection, socket: Socket, countSocket: (change: 1 | -1) => void): void {
  connection.isOpen = true;
  connection.hasErrored = false;
  countSocket(1);
  socket.once('error', () => {
    connection.hasErrored = true;
  });
  socket.once('close', () => {
    connection.isOpen = false;
    countSocket(-1);
  });
}

function ignore(): void {}
