const REASONS_KEPT = 5;

/** What went wrong within a job. One entry is enough to void its window. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  list(): string[] {
    const byCount = [...this.#counts].sort(([, left], [, right]) => right - left);
    return byCount.slice(0, REASONS_KEPT).map(([reason, count]) => `${count}x ${reason}`);
  }
}
