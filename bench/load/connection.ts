import { connect, type Socket } from 'node:net';
import { ResponseReader } from './response-reader.ts';

/** One request and what becomes of it: either `done`, after a whole answer with status 200, or `failed`. */
export type Exchange = {
  body(bytes: Buffer, start: number, end: number): void;
  done(): void;
  failed(reason: string, refusal?: string): void;
};

const READ_BYTES = 64 * 1024;
/** Of an answer that refuses, for the report. */
const REFUSAL_BYTES = 200;
/** Lent to one read at a time, so one serves every connection of the process. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** One keep-alive connection, one exchange at a time. What is sent before it is up waits for it. */
export class Connection {
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  #exchange: Exchange | null = null;
  #open = true;
  #opening = '';

  constructor(port: number) {
    this.#reader = new ResponseReader({
      body: (bytes, start, end) => this.#receive(bytes, start, end),
      end: (status, keepAlive) => this.#finish(status, keepAlive),
    });
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: shared, callback: (length, buffer) => this.#read(length, buffer) },
    });
    this.#socket.on('error', (error) => this.#abandon(error.message));
    this.#socket.on('close', () => this.#abandon('connection closed before the answer ended'));
  }

  get open(): boolean {
    return this.#open;
  }

  send(request: Buffer, exchange: Exchange): void {
    this.#exchange = exchange;
    this.#opening = '';
    if (this.#open) this.#socket.write(request);
    else this.#abandon('connection closed before the request');
  }

  close(): void {
    this.#exchange = null;
    this.#open = false;
    this.#socket.destroy();
  }

  #read(length: number, buffer: Uint8Array): boolean {
    try {
      this.#reader.push(Buffer.from(buffer.buffer, buffer.byteOffset, length));
    } catch (error) {
      this.#abandon(error instanceof Error ? error.message : String(error));
      this.#socket.destroy();
    }
    return true;
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    if (this.#reader.status === 200) this.#exchange?.body(bytes, start, end);
    else if (this.#opening === '') this.#opening = bytes.toString('utf8', start, Math.min(end, start + REFUSAL_BYTES));
  }

  #finish(status: number, keepAlive: boolean): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    if (!keepAlive) {
      this.#open = false;
      this.#socket.destroy();
    }
    if (status === 200) exchange?.done();
    else exchange?.failed(`status ${status}`, this.#opening);
  }

  #abandon(reason: string): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#open = false;
    exchange?.failed(reason);
  }
}
