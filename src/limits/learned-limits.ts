import { type AdaptiveLimit, answered, heard, takesMore, throttled } from './adaptive-limit.ts';

/** A parallel limit that was learned, as another process is told of it. */
export type LearnedCalls = { readonly calls: number; readonly throttledAgoMs: number };

type Learned = { limit: AdaptiveLimit; running: number };

/**
 * Parallel limits that were learned from refusals, by circuit: a provider counts all calls to one of its models,
 * whatever they are called for here. Nothing is kept, and nothing costs, where nobody has refused. A class for its map.
 */
export class LearnedLimits {
  readonly #byCircuit = new Map<string, Learned>();

  isFull(circuit: string): boolean {
    const learned = this.#find(circuit);
    return learned !== undefined && !takesMore(learned.limit, learned.running);
  }

  took(circuit: string): void {
    const learned = this.#find(circuit);
    if (learned !== undefined) learned.running++;
  }

  freed(circuit: string, isAnswered: boolean, nowMs: number): void {
    const learned = this.#find(circuit);
    if (learned === undefined) return;
    const limit = isAnswered ? answered(learned.limit, learned.running, nowMs) : learned.limit;
    learned.running = Math.max(0, learned.running - 1);
    if (limit === null) this.#byCircuit.delete(circuit);
    else learned.limit = limit;
  }

  /** Whole calls; null: there is no limit. */
  callsOf(circuit: string): number | null {
    const learned = this.#find(circuit);
    return learned === undefined ? null : Math.max(1, Math.floor(learned.limit.calls));
  }

  /** With so many calls of this process in flight, the refused one among them. */
  throttled(circuit: string, inFlight: number, nowMs: number): void {
    this.#set(circuit, throttled(this.#find(circuit)?.limit ?? null, inFlight, nowMs), inFlight);
  }

  told(circuit: string, nowMs: number): LearnedCalls | null {
    const learned = this.#find(circuit);
    if (learned === undefined) return null;
    const { calls, throttledAtMs } = learned.limit;
    return { calls, throttledAgoMs: nowMs - throttledAtMs };
  }

  heard(circuit: string, { calls, throttledAgoMs }: LearnedCalls, inFlight: number, nowMs: number): void {
    const said = { calls, throttledAtMs: nowMs - throttledAgoMs };
    const limit = heard(this.#find(circuit)?.limit ?? null, said, inFlight, nowMs);
    if (limit !== null) this.#set(circuit, limit, inFlight);
  }

  /** Those in flight were not counted until now, and will be freed. */
  #set(circuit: string, limit: AdaptiveLimit, inFlight: number): void {
    const learned = this.#find(circuit);
    if (learned === undefined) this.#byCircuit.set(circuit, { limit, running: inFlight });
    else learned.limit = limit;
  }

  #find(circuit: string): Learned | undefined {
    return this.#byCircuit.size === 0 ? undefined : this.#byCircuit.get(circuit);
  }
}
