/**
 * A tokenizer joins the letters of a word pair by pair, in a time that grows with the square of the word: 100,000 times
 * one letter take 5 s, and a million would take minutes. No word of a language is nearly as long as this.
 */
export const LONGEST_RUN = 256;

/**
 * A text cut wherever letters, blanks or signs go on for more than `LONGEST_RUN`, so that counting it takes a time in
 * proportion to its length. Never between the halves of a surrogate pair. Most texts are one piece.
 */
export function evenPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let pieceAt = 0;
  let runAt = 0;
  let kind = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const next = kindOf(code);
    if (next !== kind) {
      kind = next;
      runAt = at;
    } else if (at - runAt >= LONGEST_RUN && !isSecondHalf(code)) {
      pieces.push(text.slice(pieceAt, at));
      pieceAt = at;
      runAt = at;
    }
  }
  pieces.push(pieceAt === 0 ? text : text.slice(pieceAt));
  return pieces;
}

const [LETTER, BLANK, SIGN] = [0, 1, 2];

/** Coarser than the tokenizer's own kinds of words: a run of it is at least as long as the word that it holds. */
function kindOf(code: number): number {
  if (code >= 0x80) return LETTER;
  if (code <= 0x20) return BLANK;
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) ? LETTER : SIGN;
}

function isSecondHalf(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
