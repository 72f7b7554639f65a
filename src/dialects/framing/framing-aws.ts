import { decodeAwsMessage, encodeAwsMessage } from './aws-message.ts';
import { FrameSplitter } from './frame-splitter.ts';
import type { Splitter, WireEvent } from './wire-event.ts';

const LENGTH_BYTES = 4;
/** Two lengths and a checksum in front, a checksum at the end; a frame that claims less would never end. */
const LEAST_FRAME_BYTES = 16;

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

/** null: the frame is damaged. An exception's name is its `:exception-type`. */
export function readAwsFrame(frame: Buffer): WireEvent | null {
  const message = decodeAwsMessage(frame);
  if (message === null) return null;
  const { headers, body } = message;
  const name = headers[':event-type'] ?? headers[':exception-type'] ?? headers[':error-code'] ?? null;
  return { name, data: body.toString('utf8') };
}

export function awsFrame({ name, data }: WireEvent): Buffer {
  const isException = name?.endsWith('Exception') === true;
  return encodeAwsMessage({
    headers: {
      [isException ? ':exception-type' : ':event-type']: name ?? 'chunk',
      ':content-type': 'application/json',
      ':message-type': isException ? 'exception' : 'event',
    },
    body: Buffer.from(data),
  });
}
