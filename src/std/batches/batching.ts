/**
 * Questions that are asked in one turn of the event loop are answered by one reading of all of them. A reading that
 * fails fails them all.
 */
export function batching<Answer>(
  readAll: (names: readonly string[]) => Promise<(name: string) => Answer>,
): (name: string) => Promise<Answer> {
  let asked: Set<string> | null = null;
  let reading: Promise<(name: string) => Answer> | null = null;
  return async (name) => {
    asked ??= new Set();
    asked.add(name);
    reading ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const names = [...(asked ?? [])];
      [asked, reading] = [null, null];
      return readAll(names);
    });
    const answerOf = await reading;
    return answerOf(name);
  };
}
