import type { Socket } from 'node:net';
import { refuseConnection } from '../client-error.ts';
import type { Arrival, Asked } from '../inference/index.ts';
import { DirectReply, type ReplyOwner } from './direct-reply.ts';
import { RequestBody } from './request-body.ts';
import { type RequestHead, readRequestHead } from './request-head.ts';
import type { HeadFacts } from './response-head.ts';

/** What is read ahead of requests that follow before they are asked for. */
const MOST_UNREAD_BYTES = 65_536;
const TIMED_OUT = Object.assign(new Error('the request did not come in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/** In ticks of the owner's clock. */
export type Patience = {
  /** For a first request. */
  readonly first: number;
  /** For another one. */
  readonly next: number;
  /** For the rest of a body. */
  readonly body: number;
};

export type ConnectionOwner = {
  readonly patience: Patience;
  readonly headFacts: () => HeadFacts;
  /** null: the request is Node's to answer. */
  readonly doorOf: (head: RequestHead) => Asked | null;
  readonly open: (arrival: Arrival, asked: Asked) => void;
  /** From here on the connection is Node's; what it has not read yet is put back. */
  readonly handOver: (connection: ClientConnection, socket: Socket) => void;
  readonly forget: (connection: ClientConnection) => void;
};

/**
 * A client's connection, as long as what comes on it is the plainest form of a call: one request after another. With
 * the first of another form it is given to Node's server for good. A class, because it is what a socket reports to.
 */
export class ClientConnection implements ReplyOwner {
  readonly headFacts: () => HeadFacts;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #listeners: readonly (readonly [event: string, listener: (chunk: Buffer) => void])[];
  #body: RequestBody | null = null;
  #reply: DirectReply | null = null;
  #unread: Buffer | null = null;
  #served = 0;
  /** Since the last request, or its last byte. */
  #ticks = 0;

  constructor(socket: Socket, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.headFacts = owner.headFacts;
    this.#listeners = [
      ['data', (chunk: Buffer) => this.#read(chunk)],
      ['drain', () => this.#reply?.drained()],
      // Half a connection is none, as Node has it: whoever stops sending gets nothing more.
      ['end', () => socket.end()],
      // What broke shows in its closing.
      ['error', () => undefined],
      ['close', () => this.#closed()],
    ];
    for (const [event, listener] of this.#listeners) socket.on(event, listener);
  }

  /** Nothing is under way, and something was. */
  isIdle(): boolean {
    return this.#served > 0 && !this.#isBusy() && this.#unread === null;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Once in a while. */
  tick(): void {
    this.#ticks++;
    const { first, next, body } = this.#owner.patience;
    if (this.#body !== null) {
      if (this.#ticks >= body) this.#endLate();
    } else if (this.#reply !== null) this.#ticks = 0;
    else if (this.#served === 0 && this.#ticks >= first) refuseConnection(TIMED_OUT, this.#socket);
    else if (this.#ticks >= next) this.#socket.destroy();
  }

  onAnswered(closes: boolean): void {
    this.#reply = null;
    this.#served++;
    this.#ticks = 0;
    // What was not asked for until now is not wanted.
    this.#body?.drop();
    if (closes) this.#socket.destroySoon();
    // In a turn of its own: this one belongs to whoever has just answered.
    else if (this.#unread !== null) setImmediate(() => this.#readNext());
  }

  #isBusy(): boolean {
    return this.#reply !== null || this.#body !== null;
  }

  #read(chunk: Buffer): void {
    const rest = this.#body === null ? chunk : this.#fill(this.#body, chunk);
    if (rest.length === 0) return;
    if (!this.#isBusy() && this.#unread === null) this.#begin(rest);
    else this.#keep(rest);
  }

  /** What follows the body. */
  #fill(body: RequestBody, chunk: Buffer): Buffer {
    const count = body.take(chunk);
    if (body.isWhole()) this.#body = null;
    else if (body.isFull()) this.#socket.pause();
    return chunk.subarray(count);
  }

  #keep(rest: Buffer): void {
    this.#unread = this.#unread === null ? rest : Buffer.concat([this.#unread, rest]);
    if (this.#unread.length >= MOST_UNREAD_BYTES) this.#socket.pause();
    if (!this.#isBusy()) this.#readNext();
  }

  #readNext(): void {
    const unread = this.#unread;
    if (unread === null || this.#isBusy() || this.#socket.destroyed) return;
    this.#unread = null;
    this.#socket.resume();
    this.#begin(unread);
  }

  #begin(bytes: Buffer): void {
    const head = readRequestHead(bytes);
    const asked = head === null ? null : this.#owner.doorOf(head);
    if (head === null || asked === null) this.#handOver(bytes);
    else this.#open(head, asked, bytes.subarray(head.headBytes));
  }

  #open(head: RequestHead, asked: Asked, bytes: Buffer): void {
    const socket = this.#socket;
    const body = new RequestBody(head.contentLength, () => socket.resume());
    this.#ticks = 0;
    this.#body = body;
    const rest = this.#fill(body, bytes);
    if (rest.length > 0) this.#unread = rest;
    this.#owner.open(
      {
        head: { headers: head.headers, socket },
        readBody: () => body.read(),
        openReply: (common, onClosed) => {
          this.#reply = new DirectReply(socket, this, common, onClosed);
          return this.#reply;
        },
      },
      asked,
    );
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket;
    for (const [event, listener] of this.#listeners) socket.off(event, listener);
    socket.pause();
    socket.unshift(bytes);
    this.#owner.handOver(this, socket);
  }

  /** A request that has its answer, or the head of one, gets no other. */
  #endLate(): void {
    if (this.#reply?.isBegun() === false) refuseConnection(TIMED_OUT, this.#socket);
    else this.#socket.destroy();
  }

  #closed(): void {
    this.#unread = null;
    this.#owner.forget(this);
    this.#body?.breakOff();
    this.#reply?.closed();
  }
}
