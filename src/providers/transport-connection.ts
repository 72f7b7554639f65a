import type { Socket } from 'node:net';
import type { Route } from '../network/index.ts';
import type { ParsedHeaders } from './answer-headers.ts';
import type { EncodedRequest } from './http1-request.ts';
import { ResponseParser, type ResponseReceiver } from './http1-response.ts';

/** Whose request is on the connection. */
export type ConnectionUser = ResponseReceiver & {
  /** A socket is there, and the request is about to be written. */
  readonly onStart: () => void;
  /** There will be no socket. */
  readonly onUnreachable: (error: Error) => void;
  /** The connection broke; null: it was closed in good order, before the answer's end. */
  readonly onBroken: (error: Error | null) => void;
  /** The user itself threw. */
  readonly onThrown: (error: unknown) => void;
  /** The whole transport is closed. */
  readonly abort: () => void;
};

/** Who keeps the connection while nobody uses it. */
export type ConnectionOwner = {
  readonly countSocket: (change: 1 | -1) => void;
  /** It cannot serve again, though nobody uses it. */
  readonly onIdleBroken: (connection: Connection) => void;
};

type Request = { readonly method: string; readonly pieces: NonNullable<EncodedRequest> };

/**
 * One socket, and the request that is on it. A class, because it is what the parser reports to: one object for the
 * connection's life, where closures would be made for each request.
 */
export class Connection implements ResponseReceiver {
  /** Requests finished on it. */
  served = 0;
  /** How long the server is trusted to keep it open. */
  idleUntilMs = 0;
  readonly #route: Route;
  readonly #owner: ConnectionOwner;
  readonly #parser = new ResponseParser(this);
  #socket: Socket | null = null;
  #user: ConnectionUser | null = null;
  /** Waits for the socket. */
  #request: Request | null = null;
  #giveUp: (() => void) | null = null;
  #isOpen = false;
  #isClosedByServer = false;
  #isDestroyed = false;

  constructor(route: Route, owner: ConnectionOwner) {
    this.#route = route;
    this.#owner = owner;
  }

  /** Everything comes to `user` after this has returned; `onStart` may come before. */
  send(user: ConnectionUser, request: Request): void {
    this.#user = user;
    if (this.#socket === null) {
      this.#request = request;
      this.#giveUp = this.#route.connect((error, socket) => this.#take(error, socket));
    } else this.#write(this.#socket, user, request);
  }

  /** It may serve another request, as far as this side knows. */
  isUsable(): boolean {
    return this.#socket?.writable === true && !this.#isClosedByServer;
  }

  /** Everything that was sent has left the process: a server that answered early may still wait for the rest. */
  isFlushed(): boolean {
    return this.#socket?.writableLength === 0;
  }

  pause(): void {
    this.#parser.pause();
    this.#socket?.pause();
  }

  resume(): void {
    this.#read(null);
    if (this.#parser.isPaused) return;
    this.#socket?.resume();
    if (this.#isClosedByServer) this.#endInput();
  }

  /** At once, opening or open. Its user hears no more of it. Resolves when the socket is closed. */
  destroy(): Promise<void> {
    const socket = this.#socket;
    this.#user = null;
    this.#isDestroyed = true;
    this.#parser.stop();
    this.#giveUp?.();
    return new Promise((resolve) => {
      if (socket === null || !this.#isOpen) return resolve();
      socket.once('close', resolve);
      socket.destroy();
    });
  }

  /** Ends what is under way, too. */
  close(): Promise<void> {
    this.#user?.abort();
    return this.destroy();
  }

  // The parser's side.

  onHead(status: number, headers: ParsedHeaders): void {
    this.#user?.onHead(status, headers);
  }

  onBody(chunk: Buffer): void {
    this.#user?.onBody(chunk);
  }

  onEnd(keepsAlive: boolean, keepAliveSeconds: number | null): void {
    const user = this.#user;
    this.#user = null;
    this.served += 1;
    user?.onEnd(keepsAlive && this.isUsable() && this.isFlushed(), keepAliveSeconds);
  }

  onRefused(reason: string): void {
    this.#user?.onRefused(reason);
  }

  #take(error: Error | null, socket: Socket | null): void {
    const [user, request] = [this.#user, this.#request];
    this.#giveUp = null;
    this.#request = null;
    if (this.#isDestroyed || user === null || request === null) socket?.destroy();
    else if (socket === null) user.onUnreachable(error ?? new Error('no socket'));
    else {
      this.#watch(socket);
      if (this.#parser.isPaused) socket.pause();
      this.#write(socket, user, request);
    }
  }

  #watch(socket: Socket): void {
    this.#socket = socket;
    this.#isOpen = true;
    this.#owner.countSocket(1);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => {
      this.#isClosedByServer = true;
      if (!this.#parser.isPaused) this.#endInput();
    });
    socket.on('error', (broken) => this.#break(broken));
    socket.on('close', () => {
      this.#isOpen = false;
      this.#owner.countSocket(-1);
      this.#break(null);
    });
  }

  #write(socket: Socket, user: ConnectionUser, { method, pieces: [head, body] }: Request): void {
    user.onStart();
    this.#parser.begin(method);
    if (body === undefined) socket.write(head);
    else {
      socket.cork();
      socket.write(head);
      socket.write(body);
      socket.uncork();
    }
  }

  /** null: what was kept while it was paused. A mistake in whoever takes the answer fails that call alone. */
  #read(chunk: Buffer | null): void {
    const user = this.#user;
    try {
      // What comes unasked could be taken for the next request's answer.
      if (user === null) this.#break(null);
      else if (chunk === null) this.#parser.resume();
      else this.#parser.read(chunk);
    } catch (error) {
      user?.onThrown(error);
    }
  }

  #endInput(): void {
    const user = this.#user;
    try {
      if (!this.#parser.close()) this.#break(null);
    } catch (error) {
      user?.onThrown(error);
    }
  }

  #break(error: Error | null): void {
    if (this.#user !== null) this.#user.onBroken(error);
    else if (!this.#isDestroyed) this.#owner.onIdleBroken(this);
  }
}
