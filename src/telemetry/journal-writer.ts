import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, sealFrame } from './journal-frame.ts';
import { listSegments, segmentFile } from './journal-segment.ts';

const SEGMENT_BYTES = 16 * 1024 * 1024;
const SYNC_EVERY_MS = 50;
const FIRST_BUFFER_BYTES = 1024 * 1024;
/** A burst may grow the buffer; it is given back when this much is not needed. */
const KEPT_BUFFER_BYTES = 8 * 1024 * 1024;

export type JournalOptions = {
  /** The folder of all writers' journals. */
  readonly root: string;
  /** This writer's folder in it; one writer at a time. */
  readonly writer: string;
  /** A segment that has reached this length is followed by another one. */
  readonly segmentBytes?: number;
  /** The system could not bring what was written to the disk: it would not survive the death of the machine. */
  readonly onSyncFailure?: (error: Error) => void;
};

export type Journal = {
  readonly writer: string;
  /**
   * Takes a record, encoded as JSON without line feeds. `then` is called in a later turn of the event loop, right
   * after the one write that put all records of the moment into the file: with null, or with why it could not (the
   * disk is full); the record is then not in the journal. Survives the death of the process from then on, and of the
   * machine after the next background sync, 50 ms later at most.
   */
  readonly append: (record: string, then: (error: Error | null) => void) => void;
  /** Writes what waits, syncs and closes. Appending afterwards answers with an error. */
  readonly close: () => void;
};

type Segment = { readonly number: number; readonly fd: number; bytes: number; dirty: boolean };

type Writer = {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly onSyncFailure: (error: Error) => void;
  segment: Segment;
  buffer: Buffer;
  records: string[];
  waiting: ((error: Error | null) => void)[];
  syncing: boolean;
  timer: NodeJS.Timeout | null;
  closed: boolean;
};

/** Creates the writer's folder, and begins a new segment after those that are in it. */
export function openJournal(options: JournalOptions): Journal {
  const folder = join(options.root, options.writer);
  mkdirSync(folder, { recursive: true });
  const writer: Writer = {
    folder,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    onSyncFailure: options.onSyncFailure ?? (() => undefined),
    segment: openSegment(folder, (listSegments(folder).at(-1) ?? 0) + 1),
    buffer: Buffer.allocUnsafe(FIRST_BUFFER_BYTES),
    records: [],
    waiting: [],
    syncing: false,
    timer: null,
    closed: false,
  };
  const flush = (): void => flushTo(writer);
  return {
    writer: options.writer,
    append: (record, then) => {
      // One flush per turn, after the sockets' callbacks: all exchanges of the moment share one write.
      if (writer.records.length === 0) setImmediate(flush);
      writer.records.push(record);
      writer.waiting.push(then);
    },
    close: () => close(writer),
  };
}

function flushTo(writer: Writer): void {
  const { records, waiting } = writer;
  if (records.length === 0) return;
  writer.records = [];
  writer.waiting = [];
  const error = writer.closed ? new Error('the journal is closed') : tryWrite(writer, records);
  for (const then of waiting) then(error);
}

function tryWrite(writer: Writer, records: readonly string[]): Error | null {
  try {
    if (writer.segment.bytes >= writer.segmentBytes) rotate(writer);
    writeFrame(writer.segment, encode(writer, records));
    scheduleSync(writer);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function encode(writer: Writer, records: readonly string[]): Buffer {
  const payload = records.length === 1 ? (records[0] ?? '') : records.join('\n');
  // UTF-8 is at most three bytes per UTF-16 unit: cheaper than measuring it first.
  const needed = FRAME_HEADER_BYTES + payload.length * 3;
  if (needed > MAX_FRAME_BYTES) throw new RangeError(`records of ${payload.length} characters at one moment`);
  if (needed > writer.buffer.length) writer.buffer = Buffer.allocUnsafe(Math.max(needed, writer.buffer.length * 2));
  const buffer = writer.buffer;
  if (buffer.length > KEPT_BUFFER_BYTES) writer.buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  const bytes = buffer.write(payload, FRAME_HEADER_BYTES, 'utf8');
  return buffer.subarray(0, sealFrame(buffer, bytes));
}

/** The whole frame or, as far as the disk lets us, nothing of it: a torn frame would hide those after it. */
function writeFrame(segment: Segment, frame: Buffer): void {
  let written = 0;
  try {
    while (written < frame.length) {
      written += writeSync(segment.fd, frame, written, frame.length - written, segment.bytes + written);
    }
  } catch (error) {
    if (written > 0) ftruncateSync(segment.fd, segment.bytes);
    throw error;
  }
  segment.bytes += frame.length;
  segment.dirty = true;
}

function openSegment(folder: string, number: number): Segment {
  return { number, fd: openSync(segmentFile(folder, number), 'wx', 0o600), bytes: 0, dirty: false };
}

function rotate(writer: Writer): void {
  const full = writer.segment;
  writer.segment = openSegment(writer.folder, full.number + 1);
  fdatasync(full.fd, (error) => {
    if (error !== null) writer.onSyncFailure(error);
    closeSync(full.fd);
  });
}

function scheduleSync(writer: Writer): void {
  if (writer.timer !== null || writer.syncing) return;
  writer.timer = setTimeout(() => {
    writer.timer = null;
    syncInBackground(writer);
  }, SYNC_EVERY_MS);
  writer.timer.unref();
}

/** What is written while a sync runs is synced by the next one. */
function syncInBackground(writer: Writer): void {
  const { segment } = writer;
  if (writer.closed || writer.syncing || !segment.dirty) return;
  segment.dirty = false;
  writer.syncing = true;
  fdatasync(segment.fd, (error) => {
    writer.syncing = false;
    if (error !== null) writer.onSyncFailure(error);
    if (!writer.closed && writer.segment.dirty) scheduleSync(writer);
  });
}

function close(writer: Writer): void {
  if (writer.closed) return;
  flushTo(writer);
  writer.closed = true;
  if (writer.timer !== null) clearTimeout(writer.timer);
  if (writer.segment.dirty) fdatasyncSync(writer.segment.fd);
  closeSync(writer.segment.fd);
}
