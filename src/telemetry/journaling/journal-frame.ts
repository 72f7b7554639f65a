import { crc32 } from 'node:zlib';

/**
 * A frame is what one write put into the journal: u32 payload length, u32 CRC-32 of the payload (both little-endian),
 * then the payload, which is JSON records separated by line feeds.
 */
export const FRAME_HEADER_BYTES = 8;

/** No writer makes longer ones: a length beyond it is damage, not a reason to wait for more bytes. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

export type Frame = { readonly payload: Buffer; readonly end: number };

/** Writes the header in front of a payload that is already in place, and answers the frame's length. */
export function sealFrame(buffer: Buffer, payloadBytes: number): number {
  const end = FRAME_HEADER_BYTES + payloadBytes;
  buffer.writeUInt32LE(payloadBytes, 0);
  buffer.writeUInt32LE(crc32(buffer.subarray(FRAME_HEADER_BYTES, end)), 4);
  return end;
}

/** `short`: the bytes end before the frame does. `damaged`: they are not a frame. */
export function readFrame(bytes: Buffer, start: number): Frame | 'short' | 'damaged' {
  if (bytes.length - start < FRAME_HEADER_BYTES) return 'short';
  const length = bytes.readUInt32LE(start);
  if (length === 0 || length > MAX_FRAME_BYTES) return 'damaged';
  const begin = start + FRAME_HEADER_BYTES;
  const end = begin + length;
  if (bytes.length < end) return 'short';
  const payload = bytes.subarray(begin, end);
  return crc32(payload) === bytes.readUInt32LE(start + 4) ? { payload, end } : 'damaged';
}
