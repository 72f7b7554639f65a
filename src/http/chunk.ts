/** Copying bytes up to this into one piece with what frames them is cheaper than writing them apart. */
export const COPIED_BYTES = 16_384;

export const CRLF = '\r\n';
export const LAST_CHUNK = '0\r\n\r\n';

/** One chunk of a body in chunked encoding (RFC 9112, 7.1). Never of no bytes: that would be the last one. */
export function framed(chunk: Buffer): Buffer {
  return joined(chunkStart(chunk), chunk, CRLF);
}

export function chunkStart(chunk: Buffer): string {
  return `${chunk.length.toString(16)}${CRLF}`;
}

/** `before` and `after` in latin1. */
export function joined(before: string, bytes: Buffer, after: string): Buffer {
  const whole = Buffer.allocUnsafe(before.length + bytes.length + after.length);
  whole.write(before, 'latin1');
  whole.set(bytes, before.length);
  if (after !== '') whole.write(after, before.length + bytes.length, 'latin1');
  return whole;
}
