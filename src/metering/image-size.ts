export type ImageSize = { readonly width: number; readonly height: number };

/**
 * The size that an image's own header names; null: no PNG, JPEG, WebP or GIF, or its header is not within these bytes.
 * A header says what it likes: the size is for counting, nothing is allocated by it.
 */
export function imageSize(bytes: Buffer): ImageSize | null {
  for (const { magic, at, read } of formats) {
    if (bytes.length < 30 || bytes.toString('latin1', at, at + magic.length) !== magic) continue;
    const size = read(bytes);
    return size === null || size.width === 0 || size.height === 0 ? null : size;
  }
  return null;
}

type Format = {
  readonly magic: string;
  readonly at: number;
  readonly read: (bytes: Buffer) => ImageSize | null;
};

const formats: readonly Format[] = [
  // IHDR comes first (PNG specification 3, section 11.2.1).
  {
    magic: '\x89PNG\r\n\x1a\n',
    at: 0,
    read: (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  },
  { magic: 'GIF8', at: 0, read: (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }) },
  { magic: '\xff\xd8\xff', at: 0, read: readJpeg },
  { magic: 'WEBP', at: 8, read: readWebp },
];

/** The three kinds of RFC 9649: lossy, lossless, extended. */
function readWebp(bytes: Buffer): ImageSize | null {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind !== 'VP8L') return null;
  const bits = bytes.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Walks the segments to the one that begins a frame (ITU T.81, table B.1: SOF0 to SOF15 without DHT, JPG and DAC). */
function readJpeg(bytes: Buffer): ImageSize | null {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    // Fill bytes may stand before a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
