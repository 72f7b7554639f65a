/** The bytes in pieces, cut at these places. */
export function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const starts = [0, ...places];
  return starts.map((start, at) => bytes.subarray(start, starts[at + 1] ?? bytes.length));
}

/** So many places within the bytes, in order; two can be the same, which makes an empty piece. */
export function somewhere(random: () => number, { length }: Buffer, count: number): readonly number[] {
  return Array.from({ length: count }, () => Math.floor(random() * length)).sort((one, other) => one - other);
}
