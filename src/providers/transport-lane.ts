import type { Route } from '../network/index.ts';
import type { Clock } from '../std/index.ts';
import { openRequestEncoder, type RequestEncoder } from './http1-request.ts';
import { Connection, type ConnectionOwner } from './transport-connection.ts';

/** What servers without a hint are trusted to keep open; a stale one costs the caller a second try. */
const KEEP_ALIVE_MS = 30_000;
const KEEP_ALIVE_MAX_MS = 600_000;
/** Subtracted from a server's own hint, for the time under way. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
const SWEEP_MS = 1_000;

/** The connections to one origin, the last used first, so that the rest can go idle. */
export type Lane = {
  readonly encode: RequestEncoder;
  readonly acquire: () => Connection;
  /** After a whole answer: the connection may serve again, for as long as the server said. */
  readonly release: (connection: Connection, keepAliveSeconds: number | null) => void;
  /** After anything else: its socket is destroyed at once, opening or open. */
  readonly drop: (connection: Connection) => void;
  /** Destroys the idle ones: one was stale, so are they (a restarted server closes all). */
  readonly dropIdle: () => void;
  readonly openSockets: () => number;
  /** Calls under way end with a failure. */
  readonly close: () => Promise<void>;
};

export function openLane(route: Route, clock: Clock): Lane {
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  let openSockets = 0;
  let sweeper: NodeJS.Timeout | null = null;

  const owner: ConnectionOwner = {
    countSocket: (change) => {
      openSockets += change;
    },
    onIdleBroken: (connection) => {
      const index = idle.indexOf(connection);
      if (index >= 0) idle.splice(index, 1);
      lane.drop(connection);
    },
  };
  const sweep = (): void => {
    const nowMs = clock.monotonicMs();
    for (const connection of idle.filter(({ idleUntilMs }) => idleUntilMs <= nowMs)) owner.onIdleBroken(connection);
    if (idle.length > 0 || sweeper === null) return;
    clearInterval(sweeper);
    sweeper = null;
  };
  const isReady = (connection: Connection): boolean =>
    connection.idleUntilMs > clock.monotonicMs() && connection.isUsable();

  const lane: Lane = {
    encode: openRequestEncoder(route),
    acquire: () => {
      for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
        if (isReady(connection)) return connection;
        lane.drop(connection);
      }
      const connection = new Connection(route, owner);
      all.add(connection);
      return connection;
    },
    release: (connection, keepAliveSeconds) => {
      const trustedMs = trustedMsOf(keepAliveSeconds);
      if (trustedMs <= 0) {
        lane.drop(connection);
        return;
      }
      connection.idleUntilMs = clock.monotonicMs() + trustedMs;
      idle.push(connection);
      sweeper ??= setInterval(sweep, SWEEP_MS).unref();
    },
    drop: (connection) => {
      all.delete(connection);
      void connection.destroy();
    },
    dropIdle: () => {
      for (const connection of idle.splice(0)) lane.drop(connection);
    },
    openSockets: () => openSockets,
    close: async () => {
      if (sweeper !== null) clearInterval(sweeper);
      sweeper = null;
      idle.length = 0;
      const closing = [...all].map((connection) => connection.close());
      all.clear();
      await Promise.all(closing);
    },
  };
  return lane;
}

function trustedMsOf(keepAliveSeconds: number | null): number {
  if (keepAliveSeconds === null) return KEEP_ALIVE_MS;
  return Math.min(keepAliveSeconds * 1000, KEEP_ALIVE_MAX_MS) - KEEP_ALIVE_MARGIN_MS;
}
