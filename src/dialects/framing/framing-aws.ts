import { EventStreamCodec } from '@smithy/eventstream-codec';
import { FrameSplitter } from './frame-splitter.ts';
import type { Splitter, WireEvent } from './wire-event.ts';

const LENGTH_BYTES = 4;
/** Two lengths and a checksum in front, a checksum at the end; a frame that claims less would never end. */
const LEAST_FRAME_BYTES = 16;

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);

/** A frame begins with its own length. */
export function awsSplitter(maxBytes: number): Splitter {
  let length: number | null = null;
  return new FrameSplitter(maxBytes, {
    endOf: (bytes, _from, handedOn) => {
      if (length === null) {
        if (bytes.length < LENGTH_BYTES) return null;
        length = Math.max(LEAST_FRAME_BYTES, bytes.readUInt32BE(0));
      }
      const end = length - handedOn;
      if (bytes.length < end) return null;
      length = null;
      return end;
    },
  });
}

/** null: the frame is damaged; its checksums say so. An exception's name is its `:exception-type`. */
export function readAwsFrame(frame: Buffer): WireEvent | null {
  try {
    const { headers, body } = codec.decode(frame);
    const name = headers[':event-type'] ?? headers[':exception-type'] ?? headers[':error-code'];
    return { name: name === undefined ? null : String(name.value), data: Buffer.from(body).toString('utf8') };
  } catch {
    return null;
  }
}

export function awsFrame({ name, data }: WireEvent): Buffer {
  const isException = name?.endsWith('Exception') === true;
  const frame = codec.encode({
    headers: {
      [isException ? ':exception-type' : ':event-type']: { type: 'string', value: name ?? 'chunk' },
      ':content-type': { type: 'string', value: 'application/json' },
      ':message-type': { type: 'string', value: isException ? 'exception' : 'event' },
    },
    body: Buffer.from(data),
  });
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}
