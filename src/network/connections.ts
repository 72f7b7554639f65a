import type { Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { type ConnectCallback, type Dial, openDial } from './dial.ts';
import { openProxyRules, type ProxySettings } from './proxy-rules.ts';
import { openTunnel, proxyAuthorization } from './tunnel.ts';

export type ConnectionSettings = ProxySettings & {
  /** PEM texts added to the public roots. */
  readonly ca: readonly string[];
};

/**
 * Where all sockets read to. Node would allocate 64 KB for each read and send it through its streams: 5 us per call.
 * One is enough, because libuv asks for memory, fills it and tells of it in one go; on Windows it asks long before.
 */
const landing = Buffer.allocUnsafeSlow(65_536);

/** The receiver may keep what it is given, so it gets a copy, as the `data` of any socket. */
function handOver(this: Socket, bytes: number): boolean {
  const chunk = Buffer.allocUnsafe(bytes);
  landing.copy(chunk, 0, 0, bytes);
  this.emit('data', chunk);
  return true;
}

/** How an origin is reached: directly, through a tunnel, or by asking a proxy for whole addresses. */
export type Route = {
  /** Goes in front of every path: the origin itself when a proxy is asked for plain http, else empty. */
  readonly pathPrefix: string;
  /** Sent with every request, the host among them: a flat list of names and values. */
  readonly headers: readonly string[];
  /**
   * Opens one socket, TLS included, without Nagle's delay; calls back once. Its bytes come as `data` events only, and
   * are the receiver's to keep. The returned function gives up on it.
   */
  readonly connect: (done: ConnectCallback) => () => void;
};

export type Connections = {
  /** `origin` as WHATWG spells it: `https://api.openai.com`. Remembered: the same origin, the same route. */
  readonly routeTo: (origin: string) => Route;
};

/**
 * The way out of the process for upstream calls. The operator's addresses are kept from cloud metadata only; those that
 * `isGuarded` names came over the API, and lead to the public internet, whatever their names resolve to. TLS verifies against Node's roots (NODE_EXTRA_CA_CERTS included) and `ca`. Deadlines are the
 * caller's.
 */
export function createConnections(
  settings: ConnectionSettings,
  isGuarded: (origin: string) => boolean = () => false,
): Connections {
  const proxyFor = openProxyRules(settings);
  const trust = trustOf(settings.ca);
  const dial = openDial({ trust, onread, isGuarded });
  const routes = new Map<string, Route>();
  return {
    routeTo: (origin) => {
      const known = routes.get(origin);
      if (known !== undefined) return known;
      const route = routeFor(new URL(origin), proxyFor(new URL(origin)), dial, trust);
      routes.set(origin, route);
      return route;
    },
  };
}

/**
 * One context for all sockets: parsing some 150 certificates anew for each costs over 10 ms. Null where nothing is
 * added: Node's own default store is cached already.
 */
function trustOf(ca: readonly string[]): SecureContext | null {
  return ca.length === 0 ? null : createSecureContext({ ca: [...getCACertificates('default'), ...ca] });
}

/** Windows asks for the memory long before it fills it: there each socket has its own. */
const onread = process.platform === 'win32' ? null : { buffer: landing, callback: handOver };

function routeFor(origin: URL, proxy: URL | null, dial: Dial, trust: SecureContext | null): Route {
  const host = ['host', origin.host];
  if (proxy === null) return { pathPrefix: '', headers: host, connect: (done) => dial(origin, null, done) };
  if (origin.protocol === 'https:') {
    return { pathPrefix: '', headers: host, connect: tunnelled(origin, proxy, dial, trust) };
  }
  return {
    pathPrefix: origin.origin,
    headers: [...host, ...Object.entries(proxyAuthorization(proxy)).flat()],
    connect: (done) => dial(proxy, null, done),
  };
}

function tunnelled(origin: URL, proxy: URL, dial: Dial, trust: SecureContext | null): Route['connect'] {
  const target = `${origin.hostname}:${origin.port === '' ? '443' : origin.port}`;
  return (done) => {
    let giveUp = openTunnel({ proxy, target, trust }, (error, socket) => {
      if (socket === null) return done(error, null);
      giveUp = dial(origin, socket, done);
    });
    return () => giveUp();
  };
}
