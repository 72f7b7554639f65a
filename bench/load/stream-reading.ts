const EVENT_END = Buffer.from('\n\n');
const DONE = Buffer.from('data: [DONE]');
const CONTENT = Buffer.from('"content"');
const NEWLINE = 0x0a;

function within(bytes: Buffer, sought: Buffer, start: number, end: number): boolean {
  const at = bytes.indexOf(sought, start);
  return at >= 0 && at + sought.length <= end;
}

/** Counts the events of one stream without decoding them. */
export class StreamReading {
  #events = 0;
  #endsOpen = false;
  #hasContent = false;
  #isDone = false;

  /** How many events the bytes completed, `[DONE]` among them. */
  read(bytes: Buffer, start: number, end: number): number {
    let found = 0;
    let at = start;
    if (this.#endsOpen && bytes[start] === NEWLINE) {
      found += 1;
      at += 1;
    }
    for (;;) {
      const index = bytes.indexOf(EVENT_END, at);
      if (index < 0 || index + 2 > end) break;
      found += 1;
      at = index + 2;
    }
    this.#endsOpen = at < end && bytes[end - 1] === NEWLINE;
    this.#events += found;
    if (!this.#hasContent) this.#hasContent = within(bytes, CONTENT, start, end);
    if (!this.#isDone) this.#isDone = within(bytes, DONE, start, end);
    return found;
  }

  get hasContent(): boolean {
    return this.#hasContent;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Null when the stream was whole: every chunk, then `[DONE]`. */
  fault(chunks: number): string | null {
    if (!this.#isDone) return 'stream ended without [DONE]';
    const arrived = this.#events - 1;
    return arrived === chunks ? null : `${arrived} chunks instead of ${chunks}`;
  }
}
