import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { readFrame } from './journal-frame.ts';
import { listSegments, segmentFile } from './journal-segment.ts';

const READ_BYTES = 4 * 1024 * 1024;
/** Of a hold and a settle, on the average: of what is read beyond the records that are asked for, nothing is kept. */
const BYTES_PER_RECORD = 1024;

/** Where reading goes on. `segment` 0: at the first one there is. */
export type JournalCursor = { readonly segment: number; readonly offset: number };

export const journalStart: JournalCursor = { segment: 0, offset: 0 };

export type JournalEntry = { readonly record: string; readonly segment: number };

export type JournalReading = {
  readonly entries: readonly JournalEntry[];
  readonly cursor: JournalCursor;
  /** There is nothing more to read now: of a live writer until it writes again, of a dead one for good. */
  readonly atEnd: boolean;
  /** What is behind damage, up to the end of its segment, is passed over. A torn last frame of a journal is no damage. */
  readonly damage: readonly { readonly segment: number; readonly bytes: number }[];
};

/**
 * Reads whole frames from the cursor on until about `maxRecords` records have been found. A tail that ends in the
 * middle of a frame is left alone: a live writer is about to finish it, a dead one never told anybody about it.
 */
export function readJournal(folder: string, cursor: JournalCursor, maxRecords: number): JournalReading {
  const segments = listSegments(folder).filter((number) => number >= cursor.segment);
  const entries: JournalEntry[] = [];
  let at = cursor;
  const damage: { segment: number; bytes: number }[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment !== at.segment) at = { segment, offset: 0 };
    const part = readSegment(segmentFile(folder, segment), at.offset, maxRecords - entries.length);
    for (const record of part.records) entries.push({ record, segment });
    at = { segment, offset: part.offset };
    if (!part.atEnd) return { entries, cursor: at, atEnd: false, damage };
    const isLast = index === segments.length - 1;
    if (part.restBytes > 0 && (part.isDamaged || !isLast)) damage.push({ segment, bytes: part.restBytes });
  }
  return { entries, cursor: at, atEnd: true, damage };
}

/** Where the journal ends at this moment. */
export function journalEnd(folder: string): JournalCursor {
  const segment = listSegments(folder).at(-1);
  return segment === undefined ? journalStart : { segment, offset: statSync(segmentFile(folder, segment)).size };
}

/** Bytes between the cursor and the end. */
export function unreadBytes(folder: string, cursor: JournalCursor): number {
  let bytes = 0;
  for (const segment of listSegments(folder)) {
    if (segment < cursor.segment) continue;
    const { size } = statSync(segmentFile(folder, segment));
    bytes += segment === cursor.segment ? size - cursor.offset : size;
  }
  return bytes;
}

type SegmentReading = {
  readonly records: readonly string[];
  readonly offset: number;
  readonly atEnd: boolean;
  /** Behind the last whole frame. */
  readonly restBytes: number;
  readonly isDamaged: boolean;
};

function readSegment(file: string, from: number, maxRecords: number): SegmentReading {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const records: string[] = [];
    let offset = from;
    const usualBytes = Math.min(READ_BYTES, maxRecords * BYTES_PER_RECORD);
    let wantedBytes = usualBytes;
    let isDamaged = false;
    while (offset < size && !isDamaged) {
      if (records.length >= maxRecords)
        return { records, offset, atEnd: false, restBytes: size - offset, isDamaged: false };
      const bytes = readBytes(fd, offset, Math.min(wantedBytes, size - offset));
      const consumed = takeFrames(bytes, records, maxRecords);
      offset += consumed;
      if (consumed > 0) wantedBytes = usualBytes;
      else if (readFrame(bytes, 0) === 'damaged') isDamaged = true;
      else if (bytes.length >= size - offset) break;
      else wantedBytes *= 2;
    }
    return { records, offset, atEnd: true, restBytes: size - offset, isDamaged };
  } finally {
    closeSync(fd);
  }
}

function takeFrames(bytes: Buffer, records: string[], maxRecords: number): number {
  let consumed = 0;
  while (consumed < bytes.length && records.length < maxRecords) {
    const frame = readFrame(bytes, consumed);
    if (typeof frame === 'string') break;
    for (const record of frame.payload.toString('utf8').split('\n')) records.push(record);
    consumed = frame.end;
  }
  return consumed;
}

function readBytes(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}
