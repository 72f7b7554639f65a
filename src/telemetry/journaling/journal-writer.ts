import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
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
  /** Records are told of when they are on the disk, one sync for all of a moment; else when they are in the file. */
  readonly syncFirst?: boolean;
  /** The system could not bring what was written to the disk: it would not survive the death of the machine. */
  readonly onSyncFailure?: (error: Error) => void;
};

export type Journal = {
  readonly writer: string;
  /**
   * Takes a record, encoded as JSON without line feeds. `then` is called in a later turn of the event loop, right
   * after the one write that put all records of the moment where the mode wants them: with null, or with why that could
   * not be done. A record whose write failed is not in the journal; one whose sync failed, or whose database did not
   * answer, may be.
   */
  readonly append: (record: string, then: (error: Error | null) => void) => void;
  /** Writes what waits, syncs and closes. Appending afterwards answers with an error. */
  readonly close: () => void;
};

type Segment = { readonly number: number; readonly fd: number; bytes: number; dirty: boolean };

type Told = (error: Error | null) => void;

type Writer = {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly syncFirst: boolean;
  readonly onSyncFailure: (error: Error) => void;
  segment: Segment;
  buffer: Buffer;
  records: string[];
  waiting: Told[];
  /** Of records that are written and not on the disk yet; only where that is waited for. */
  unsynced: Told[];
  syncing: boolean;
  timer: NodeJS.Timeout | null;
  closed: boolean;
};

/** Creates the writer's folder, and begins a new segment after those that are in it. */
export function openJournal(options: JournalOptions): Journal {
  const folder = join(options.root, options.writer);
  mkdirSync(folder, { recursive: true });
  const { syncFirst = false } = options;
  if (syncFirst) syncFolder(options.root);
  const writer: Writer = {
    folder,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    syncFirst,
    onSyncFailure: options.onSyncFailure ?? (() => undefined),
    segment: openSegment(folder, (listSegments(folder).at(-1) ?? 0) + 1, syncFirst),
    buffer: Buffer.allocUnsafe(FIRST_BUFFER_BYTES),
    records: [],
    waiting: [],
    unsynced: [],
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
  if (error === null && writer.syncFirst) {
    for (const then of waiting) writer.unsynced.push(then);
    syncForWaiting(writer);
    return;
  }
  for (const then of waiting) then(error);
}

function tryWrite(writer: Writer, records: readonly string[]): Error | null {
  try {
    if (writer.segment.bytes >= writer.segmentBytes) rotate(writer);
    writeFrame(writer.segment, encode(writer, records));
    if (!writer.syncFirst) scheduleSync(writer);
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

function openSegment(folder: string, number: number, syncFirst: boolean): Segment {
  const segment = { number, fd: openSync(segmentFile(folder, number), 'wx', 0o600), bytes: 0, dirty: false };
  // A file whose name is not on the disk is lost with all that was synced into it.
  if (syncFirst) syncFolder(folder);
  return segment;
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function rotate(writer: Writer): void {
  const full = writer.segment;
  // Who waits for the next sync may have a record in the full one.
  if (writer.syncFirst) fdatasyncSync(full.fd);
  writer.segment = openSegment(writer.folder, full.number + 1, writer.syncFirst);
  fdatasync(full.fd, (error) => {
    if (error !== null) writer.onSyncFailure(error);
    closeSync(full.fd);
  });
}

/** One sync for all that was written before it began; what is written meanwhile waits for the next one. */
function syncForWaiting(writer: Writer): void {
  const { segment, unsynced } = writer;
  if (writer.syncing || unsynced.length === 0) return;
  writer.unsynced = [];
  writer.syncing = true;
  segment.dirty = false;
  fdatasync(segment.fd, (error) => {
    writer.syncing = false;
    if (error !== null) giveUpSegment(writer, segment, error);
    for (const then of unsynced) then(error);
    if (!writer.closed) syncForWaiting(writer);
  });
}

/** After a sync that failed Linux takes its pages for clean: the next one would succeed without having written them. */
function giveUpSegment(writer: Writer, segment: Segment, error: Error): void {
  writer.onSyncFailure(error);
  if (writer.segment === segment) segment.bytes = Math.max(segment.bytes, writer.segmentBytes);
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
  if (writer.segment.dirty || writer.syncing) fdatasyncSync(writer.segment.fd);
  for (const then of writer.unsynced.splice(0)) then(null);
  closeSync(writer.segment.fd);
}
