/** Text of so many letters in words and lines, the same from the same seed. */
export function pseudoWords(seed: number): (length: number) => string {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return (length) => {
    let text = '';
    while (text.length < length) {
      for (let letters = 2 + next(8); letters > 0; letters--) text += String.fromCharCode(97 + next(26));
      text += next(12) === 0 ? '\n' : ' ';
    }
    return text.slice(0, length);
  };
}
