import { dataOf, EventSplitter, nameOf } from '../../std/index.ts';
import { awsFrame, awsSplitter, readAwsFrame } from './framing-aws.ts';
import { arrayFramer, arraySplitter, lineSplitter } from './framing-json.ts';
import type { Framer, Framing, Splitter, WireEvent } from './wire-event.ts';

type FramingRow = {
  readonly contentType: string;
  /** `maxBytes`: longer frames come in pieces. */
  readonly split: (maxBytes: number) => Splitter;
  /** null: a frame without an event (a comment, a bracket). */
  readonly read: (frame: Buffer) => WireEvent | null;
  readonly open: () => Framer;
};

const framings: Readonly<Record<Framing, FramingRow>> = {
  sse: {
    contentType: 'text/event-stream; charset=utf-8',
    split: (maxBytes) => new EventSplitter(maxBytes),
    read: readServerSentEvent,
    open: () =>
      endless(({ name, data }) => (name === null ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`)),
  },
  'json-array': {
    contentType: 'application/json; charset=utf-8',
    split: arraySplitter,
    read: readJsonFrame,
    open: arrayFramer,
  },
  ndjson: {
    contentType: 'application/x-ndjson',
    split: lineSplitter,
    read: readJsonFrame,
    open: () => endless(({ data }) => `${data}\n`),
  },
  'aws-event-stream': {
    contentType: 'application/vnd.amazon.eventstream',
    split: awsSplitter,
    read: readAwsFrame,
    open: () => ({ frame: awsFrame, end: () => null }),
  },
};

export function contentTypeOf(framing: Framing): string {
  return framings[framing].contentType;
}

export function splitFrames(framing: Framing, maxBytes: number): Splitter {
  return framings[framing].split(maxBytes);
}

export function readFrame(framing: Framing, frame: Buffer): WireEvent | null {
  return framings[framing].read(frame);
}

export function openFramer(framing: Framing): Framer {
  return framings[framing].open();
}

/** One event by itself, where nothing comes after it. */
export function frameEvent(framing: Framing, event: WireEvent): Buffer {
  return framings[framing].open().frame(event);
}

const COMMENT = Buffer.from(': keep-alive\n\n');

/** What every reader of the framing passes over; null: there is nothing. */
export function commentIn(framing: Framing): Buffer | null {
  return framing === 'sse' ? COMMENT : null;
}

/** The framing that a content type announces; null: it announces no stream. */
export function framingOf(contentType: string): Framing | null {
  if (contentType.startsWith('text/event-stream')) return 'sse';
  if (contentType.startsWith('application/vnd.amazon.eventstream')) return 'aws-event-stream';
  return contentType.startsWith('application/x-ndjson') ? 'ndjson' : null;
}

function endless(text: (event: WireEvent) => string): Framer {
  return { frame: (event) => Buffer.from(text(event)), end: () => null };
}

function readServerSentEvent(frame: Buffer): WireEvent | null {
  const text = frame.toString('latin1');
  const data = dataOf(text);
  return data === null ? null : { name: nameOf(text), data: Buffer.from(data, 'latin1').toString('utf8') };
}

/** A line or a member of an array, with the separators around it. */
function readJsonFrame(frame: Buffer): WireEvent | null {
  const open = frame.indexOf(0x7b);
  const close = frame.lastIndexOf(0x7d);
  return open === -1 || close < open ? null : { name: null, data: frame.toString('utf8', open, close + 1) };
}
