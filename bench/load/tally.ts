const REASONS_KEPT = 5;

/** What went wrong within a job. One entry is enough to void its window. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #examples = new Map<string, string>();

  /** `example` may differ from one failure to the next; the first one is kept. */
  add(reason: string, example = ''): void {
    const count = this.#counts.get(reason) ?? 0;
    if (count === 0 && example !== '') this.#examples.set(reason, `: ${example}`);
    this.#counts.set(reason, count + 1);
  }

  list(): string[] {
    const byCount = [...this.#counts].sort(([, left], [, right]) => right - left);
    return byCount
      .slice(0, REASONS_KEPT)
      .map(([reason, count]) => `${count}x ${reason}${this.#examples.get(reason) ?? ''}`);
  }
}
