/** Who waits for a place. */
export type Waiting<Item> = {
  readonly item: Item;
  /** Lower goes first. */
  readonly priority: number;
  /** Those who share one stand in line behind each other, not before everybody else. */
  readonly party: string;
};

type Entry<Item> = Waiting<Item> & { readonly finish: number; readonly arrival: number };

/**
 * Start-time fair queuing with priorities: within one priority the parties take turns, however many each has waiting;
 * within a party the first come is the first served. A class, for one line with its state.
 */
export class FairQueue<Item> {
  readonly #entries: Entry<Item>[] = [];
  readonly #lastFinish = new Map<string, number>();
  #virtual = 0;
  #arrivals = 0;

  get length(): number {
    return this.#entries.length;
  }

  push(waiting: Waiting<Item>): void {
    const lane = `${waiting.priority} ${waiting.party}`;
    const finish = Math.max(this.#virtual, this.#lastFinish.get(lane) ?? 0) + 1;
    this.#lastFinish.set(lane, finish);
    const entry = { ...waiting, finish, arrival: this.#arrivals++ };
    let place = this.#entries.length;
    while (place > 0 && comesBefore(entry, this.#entries[place - 1])) place--;
    this.#entries.splice(place, 0, entry);
  }

  /** The next in line, who stays there. */
  peek(): Item | null {
    return this.#entries[0]?.item ?? null;
  }

  shift(): Item | null {
    const next = this.#entries.shift();
    if (next === undefined) return null;
    this.#virtual = Math.max(this.#virtual, next.finish - 1);
    this.#forget();
    return next.item;
  }

  /** One who waits no longer. */
  remove(item: Item): void {
    const place = this.#entries.findIndex((entry) => entry.item === item);
    if (place !== -1) this.#entries.splice(place, 1);
    this.#forget();
  }

  #forget(): void {
    if (this.#entries.length > 0) return;
    this.#lastFinish.clear();
    this.#virtual = 0;
  }
}

function comesBefore<Item>(one: Entry<Item>, other: Entry<Item> | undefined): boolean {
  if (other === undefined) return false;
  if (one.priority !== other.priority) return one.priority < other.priority;
  if (one.finish !== other.finish) return one.finish < other.finish;
  return one.arrival < other.arrival;
}
