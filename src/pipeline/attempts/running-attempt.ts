import type { Candidate } from '../../routing/index.ts';
import type { AttemptOutcome } from './answer.ts';
import type { Sent } from './attempt.ts';
import { endFailed, endOutrun, endUnfit, recordAnswered } from './end-attempt.ts';
import type { Search } from './search.ts';
import { spentOn } from './spent-on.ts';
import { slotOf } from './take-place.ts';

/** What an attempt set of its exchange, to be set again should it be the one that answers. */
export type Marks = { readonly passThrough: boolean; readonly warnings: string | null };

/**
 * An attempt under way, with the slot that it holds of its deployment. It ends once: with its outcome, or outrun by
 * another one. A class, for one is made per attempt with its state.
 */
export class RunningAttempt {
  readonly candidate: Candidate;
  readonly startedMs: number;
  /** It goes out once more, on a fresh connection. */
  readonly isRepeated: boolean;
  readonly outcome: Promise<AttemptOutcome>;
  readonly #search: Search;
  readonly #sent: Sent;
  readonly #marks: Marks;

  constructor(
    search: Search,
    candidate: Candidate,
    sent: Sent,
    of: { startedMs: number; marks: Marks; isRepeated: boolean },
  ) {
    this.#search = search;
    this.candidate = candidate;
    this.#sent = sent;
    this.outcome = sent.outcome;
    this.startedMs = of.startedMs;
    this.isRepeated = of.isRepeated;
    this.#marks = of.marks;
  }

  /** An answer keeps its slot until it has ended. */
  finish(outcome: AttemptOutcome): void {
    const { exchange, rooms, live } = this.#search;
    live.delete(this.#sent.sink);
    if (outcome.kind === 'answered') {
      exchange.passThrough = this.#marks.passThrough;
      exchange.warnings = this.#marks.warnings;
      recordAnswered(exchange, this.candidate, outcome.answer, rooms);
      return;
    }
    if (outcome.kind === 'failed' && outcome.unfit !== undefined)
      endUnfit(exchange, this.candidate, outcome.unfit, { startedMs: this.startedMs, why: outcome.message }, rooms);
    else endFailed(exchange, this.candidate, outcome, this.startedMs, rooms);
    this.release();
  }

  /** Another attempt has answered first: this one is aborted, and what it may have cost the operator is booked. */
  outrun(): void {
    const { exchange, rooms, live } = this.#search;
    const { sink } = this.#sent;
    const outcome = sink.outcomeSoFar();
    if (outcome !== null && outcome.kind !== 'answered') {
      this.finish(outcome);
      return;
    }
    live.delete(sink);
    sink.abort();
    const { deployment } = this.candidate;
    const produced = sink.produced();
    const costNanoUsd = produced === null ? 0n : spentOn(exchange, deployment, produced);
    exchange.costBesideNanoUsd += costNanoUsd;
    endOutrun(exchange, this.candidate, { startedMs: this.startedMs, costNanoUsd }, rooms);
    this.release();
  }

  release(): void {
    const { exchange, rooms } = this.#search;
    rooms.queue.release(slotOf(exchange, this.candidate.deployment, rooms), 0);
  }
}
