/** What a response is told to, piece by piece. `bytes` is only lent: it is overwritten by the next read. */
export type ResponseSink = {
  body(bytes: Buffer, start: number, end: number): void;
  end(status: number, keepAlive: boolean): void;
};

type State = 'head' | 'fixed' | 'chunk-size' | 'chunk-extension' | 'chunk-data' | 'chunk-end' | 'trailer';

const HEAD_END = Buffer.from('\r\n\r\n');
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** As much of HTTP/1.1 as a keep-alive client needs: bodies framed by content-length or by chunks. */
export class ResponseReader {
  readonly #sink: ResponseSink;
  #state: State = 'head';
  #head = NOTHING;
  #status = 0;
  #keepAlive = true;
  #remaining = 0;
  #lineLength = 0;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** Of the response whose body is being read. */
  get status(): number {
    return this.#status;
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) at = this.#step(bytes, at);
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'fixed':
      case 'chunk-data':
        return this.#readData(bytes, at);
      case 'chunk-size':
        return this.#readSize(bytes, at);
      case 'chunk-extension':
        if (bytes[at] === NEWLINE) this.#beginChunk();
        return at + 1;
      case 'chunk-end':
        if (bytes[at] === NEWLINE) this.#expectSize();
        return at + 1;
      case 'trailer':
        return this.#readTrailer(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const earlier = this.#head.length;
    const joined = earlier === 0 ? bytes.subarray(at) : Buffer.concat([this.#head, bytes.subarray(at)]);
    const end = joined.indexOf(HEAD_END);
    if (end < 0) {
      this.#head = Buffer.from(joined);
      return bytes.length;
    }
    this.#head = NOTHING;
    this.#beginBody(joined.toString('latin1', 0, end + 2).toLowerCase());
    return at + end + HEAD_END.length - earlier;
  }

  #beginBody(head: string): void {
    this.#status = Number(head.slice(9, 12));
    if (!head.startsWith('http/1.1 ') || Number.isNaN(this.#status))
      throw new Error(`not a response: ${head.slice(0, 40)}`);
    if (this.#status < 200) return;
    this.#keepAlive = !head.includes('\r\nconnection: close\r\n');
    if (head.includes('\r\ntransfer-encoding: chunked\r\n')) {
      this.#expectSize();
      return;
    }
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
    if (length === undefined) throw new Error('a body that is framed neither by length nor by chunks');
    this.#remaining = Number(length);
    if (this.#remaining === 0) this.#finish();
    else this.#state = 'fixed';
  }

  #readData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#remaining);
    this.#remaining -= end - at;
    this.#sink.body(bytes, at, end);
    if (this.#remaining > 0) return end;
    if (this.#state === 'fixed') this.#finish();
    else this.#state = 'chunk-end';
    return end;
  }

  #expectSize(): void {
    this.#state = 'chunk-size';
    this.#remaining = 0;
  }

  #readSize(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      const digit = hexDigit(byte);
      if (digit >= 0) {
        this.#remaining = this.#remaining * 16 + digit;
        continue;
      }
      if (byte === NEWLINE) this.#beginChunk();
      else if (byte !== RETURN) this.#state = 'chunk-extension';
      if (byte !== RETURN) return at + 1;
    }
    return bytes.length;
  }

  #beginChunk(): void {
    this.#state = this.#remaining > 0 ? 'chunk-data' : 'trailer';
    this.#lineLength = 0;
  }

  #readTrailer(bytes: Buffer, at: number): number {
    const byte = bytes[at];
    if (byte === NEWLINE) {
      if (this.#lineLength === 0) this.#finish();
      this.#lineLength = 0;
    } else if (byte !== RETURN) {
      this.#lineLength += 1;
    }
    return at + 1;
  }

  #finish(): void {
    this.#state = 'head';
    this.#sink.end(this.#status, this.#keepAlive);
  }
}
