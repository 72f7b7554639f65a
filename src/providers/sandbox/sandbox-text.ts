/** Some 4 bytes of text make a token: near enough for something that has no tokenizer. */
const BYTES_PER_TOKEN = 4;

const LOREM =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.';

export const loremText: string = LOREM;

export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN));
}

/** Words with the space before them: joined they are the text again. */
export function splitWords(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** The text up to the first stop sequence, and no longer than `maxTokens`. */
export function cutText(
  text: string,
  stops: readonly string[],
  maxTokens: number | null,
): { text: string; finish: 'stop' | 'length' } {
  const ends = stops.map((stop) => (stop === '' ? -1 : text.indexOf(stop))).filter((end) => end >= 0);
  const stopped = ends.length === 0 ? text : text.slice(0, Math.min(...ends));
  if (maxTokens === null || countTokens(stopped) <= maxTokens) return { text: stopped, finish: 'stop' };
  const bytes = Buffer.from(stopped).subarray(0, maxTokens * BYTES_PER_TOKEN);
  // A character that was cut in two is dropped.
  return { text: new TextDecoder().decode(bytes, { stream: true }), finish: 'length' };
}
