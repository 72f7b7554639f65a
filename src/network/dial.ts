import { connect as connectPlainly, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecurely, type SecureContext } from 'node:tls';
import { guardedLookup } from './guarded-lookup.ts';

export type ConnectCallback = (error: Error | null, socket: Socket | null) => void;

export type DialOptions = {
  /** Whom TLS trusts; null: Node's roots. */
  readonly trust: SecureContext | null;
  /** Where sockets read to; null: wherever Node has it. */
  readonly onread: OnReadOpts | null;
  /** Whether an origin is kept to the public internet; asked for each socket. */
  readonly isGuarded: (origin: string) => boolean;
};

/** Opens a socket to the host of a URL, TLS included; `through` is a tunnel's end. Calls back once. */
export type Dial = (url: URL, through: Socket | null, done: ConnectCallback) => () => void;

const OPERATORS = guardedLookup('operator');
const GUARDED = guardedLookup('guarded');
const KEEP_ALIVE_AFTER_MS = 60_000;
/** Sessions that a handshake may go on from, one for each host. */
const MOST_SESSIONS = 100;

export function openDial({ trust, onread, isGuarded }: DialOptions): Dial {
  const sessions = new Map<string, Buffer>();
  const shared = {
    autoSelectFamily: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
    noDelay: true,
    ...(onread === null ? {} : { onread }),
  };
  const keep = (host: string, session: Buffer): void => {
    const [oldest] = sessions.keys();
    if (sessions.size >= MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    sessions.set(host, session);
  };
  const secured = (host: string, port: number, through: Socket | null, lookup: LookupFunction): Socket => {
    const session = sessions.get(host);
    const socket = connectSecurely({
      ...shared,
      lookup,
      host,
      port,
      // An address is verified as one, and is no name to ask for.
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      ...(session === undefined ? {} : { session }),
      ...(trust === null ? {} : { secureContext: trust }),
      ...(through === null ? {} : { socket: through }),
    });
    socket.on('session', (fresh) => keep(host, fresh));
    socket.once('error', () => sessions.delete(host));
    return socket;
  };
  return (url, through, done) => {
    const { protocol, hostname, port } = url;
    const lookup = isGuarded(url.origin) ? GUARDED : OPERATORS;
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    const isSecure = protocol === 'https:';
    const at = port === '' ? (isSecure ? 443 : 80) : Number(port);
    const socket = isSecure
      ? secured(host, at, through, lookup)
      : connectPlainly({ ...shared, lookup, host, port: at });
    let isOver = false;
    const once = (error: Error | null): void => {
      if (isOver) return;
      isOver = true;
      done(error, error === null ? socket : null);
    };
    socket.once(isSecure ? 'secureConnect' : 'connect', () => once(null));
    socket.once('error', once);
    return () => void socket.destroy();
  };
}
