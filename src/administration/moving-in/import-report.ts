import type { NanoUsd } from '../../std/index.ts';
import { COUNTED_KINDS, type CountedKind, type Loss } from './moved.ts';

export type KindCount = {
  /** Rows there. */
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  /** The row here stays as it is. */
  kept: number;
  /** Not brought over. */
  leftOut: number;
  openedNanoUsd: NanoUsd;
};

/** The same about several rows or settings. */
export type Note = {
  readonly kind: Loss['kind'];
  readonly field: string;
  readonly reason: string;
  readonly restricts: boolean;
  count: number;
  /** The first of them. */
  readonly ids: string[];
};

export type ImportReport = {
  readonly applied: boolean;
  readonly kinds: Readonly<Record<CountedKind, KindCount>>;
  /** Rows that are not here, or stay as they are here, and why. */
  readonly notBrought: readonly Note[];
  /** Of rows that are here, what did not come along. */
  readonly losses: readonly Note[];
};

const MOST_IDS = 1_000;

/** Gathers what a report says, by reasons: a hundred thousand rows have few of them. */
export class ReportBook {
  readonly kinds = Object.fromEntries(COUNTED_KINDS.map((kind) => [kind, noCount()])) as Record<CountedKind, KindCount>;
  readonly #notBrought = new Map<string, Note>();
  readonly #losses = new Map<string, Note>();

  count(kind: CountedKind, what: Exclude<keyof KindCount, 'openedNanoUsd'>, by = 1): void {
    this.kinds[kind][what] += by;
  }

  opened(kind: CountedKind, nanoUsd: NanoUsd): void {
    this.kinds[kind].openedNanoUsd += nanoUsd;
  }

  notBrought(loss: Loss): void {
    note(this.#notBrought, loss);
  }

  lost(loss: Loss): void {
    note(this.#losses, loss);
  }

  report(applied: boolean): ImportReport {
    return {
      applied,
      kinds: this.kinds,
      notBrought: [...this.#notBrought.values()],
      losses: [...this.#losses.values()],
    };
  }
}

function noCount(): KindCount {
  return { read: 0, created: 0, updated: 0, unchanged: 0, kept: 0, leftOut: 0, openedNanoUsd: 0n };
}

function note(notes: Map<string, Note>, { id, ...loss }: Loss): void {
  const name = `${loss.kind}\n${loss.field}\n${loss.reason}`;
  let known = notes.get(name);
  if (known === undefined) {
    known = { ...loss, count: 0, ids: [] };
    notes.set(name, known);
  }
  known.count += 1;
  if (known.ids.length < MOST_IDS) known.ids.push(id);
}
