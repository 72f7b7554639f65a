const BYTES = 4;

/** Base64 of little-endian 32-bit floats: how OpenAI, Voyage and Cohere write vectors where they are asked for short ones. */
export function readFloats(base64: string): readonly number[] {
  const bytes = Buffer.from(base64, 'base64');
  const count = Math.floor(bytes.length / BYTES);
  const floats = new Array<number>(count);
  for (let at = 0; at < count; at++) floats[at] = bytes.readFloatLE(at * BYTES);
  return floats;
}

export function writeFloats(floats: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(floats.length * BYTES);
  for (let at = 0; at < floats.length; at++) bytes.writeFloatLE(floats[at] ?? 0, at * BYTES);
  return bytes.toString('base64');
}
