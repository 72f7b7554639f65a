import { FrameSplitter } from './frame-splitter.ts';
import type { Framer, Splitter } from './wire-event.ts';

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

export function lineSplitter(maxBytes: number): Splitter {
  return new FrameSplitter(maxBytes, {
    endOf: (bytes, from) => {
      const at = bytes.indexOf(LINE_FEED, from);
      return at === -1 ? null : at + 1;
    },
  });
}

/** One JSON array of objects, as Gemini streams where nobody asks for events: a frame ends with each object's brace. */
export function arraySplitter(maxBytes: number): Splitter {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  return new FrameSplitter(maxBytes, {
    endOf: (bytes, from) => {
      for (let at = from; at < bytes.length; at++) {
        const byte = bytes[at];
        if (isText) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) isText = false;
        } else if (byte === QUOTE) isText = true;
        else if (byte === OPEN_BRACE) depth++;
        else if (byte === CLOSE_BRACE && --depth === 0) return at + 1;
      }
      return null;
    },
  });
}

export function arrayFramer(): Framer {
  let isFirst = true;
  return {
    frame: ({ data }) => {
      const before = isFirst ? '[' : ',\r\n';
      isFirst = false;
      return Buffer.from(before + data);
    },
    end: () => Buffer.from(isFirst ? '[]' : ']'),
  };
}
