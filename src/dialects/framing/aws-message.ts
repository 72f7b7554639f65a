import { crc32 } from 'node:zlib';

/** One message of an AWS event stream; headers of other types than text are passed over. */
export type AwsMessage = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/** Two lengths and their checksum in front, the checksum of it all at the end. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const STRING = 7;
const BYTES = 6;

/** Bytes of a header's value by its type: two truths, four integers, bytes and text with a length, a time, a UUID. */
const VALUE_BYTES: readonly (number | 'counted')[] = [0, 0, 1, 2, 4, 8, 'counted', 'counted', 8, 16];

/** null: damaged, as its lengths or checksums say. */
export function decodeAwsMessage(frame: Buffer): AwsMessage | null {
  if (frame.length < PRELUDE_BYTES + CHECKSUM_BYTES || frame.readUInt32BE(0) !== frame.length) return null;
  const end = frame.length - CHECKSUM_BYTES;
  if (crc32(frame.subarray(0, 8)) !== frame.readUInt32BE(8)) return null;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) return null;
  const headersEnd = PRELUDE_BYTES + frame.readUInt32BE(4);
  if (headersEnd > end) return null;
  const headers = decodeHeaders(frame.subarray(PRELUDE_BYTES, headersEnd));
  return headers === null ? null : { headers, body: frame.subarray(headersEnd, end) };
}

function decodeHeaders(bytes: Buffer): Readonly<Record<string, string>> | null {
  const headers: Record<string, string> = {};
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? -1;
    const size = VALUE_BYTES[type];
    let value = nameEnd + 1;
    if (size === undefined || (size === 'counted' && value + 2 > bytes.length)) return null;
    const valueBytes = size === 'counted' ? bytes.readUInt16BE(value) : size;
    if (type === STRING || type === BYTES) value += 2;
    if (value + valueBytes > bytes.length) return null;
    if (type === STRING)
      headers[bytes.toString('utf8', at + 1, nameEnd)] = bytes.toString('utf8', value, value + valueBytes);
    at = value + valueBytes;
  }
  return headers;
}

export function encodeAwsMessage({ headers, body }: AwsMessage): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => encodeHeader(name, value));
  const headersBytes = lines.reduce((bytes, line) => bytes + line.length, 0);
  const prelude = Buffer.alloc(PRELUDE_BYTES);
  prelude.writeUInt32BE(PRELUDE_BYTES + headersBytes + body.length + CHECKSUM_BYTES, 0);
  prelude.writeUInt32BE(headersBytes, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const frame = Buffer.concat([prelude, ...lines, body, Buffer.alloc(CHECKSUM_BYTES)]);
  const end = frame.length - CHECKSUM_BYTES;
  frame.writeUInt32BE(crc32(frame.subarray(0, end)), end);
  return frame;
}

function encodeHeader(name: string, value: string): Buffer {
  const [key, text] = [Buffer.from(name), Buffer.from(value)];
  const line = Buffer.alloc(1 + key.length + 3 + text.length);
  line[0] = key.length;
  key.copy(line, 1);
  line[1 + key.length] = STRING;
  line.writeUInt16BE(text.length, 2 + key.length);
  text.copy(line, 4 + key.length);
  return line;
}
