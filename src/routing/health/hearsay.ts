import { doublingsOf, type RestCause } from './circuit.ts';
import type { LearnedLimit, LearnedLimits } from './learned-limits.ts';
import type { CircuitMemory, CredentialMemory, Memories } from './memories.ts';
import { type Summary, summarize } from './track-record.ts';
import type { Apply } from './transition.ts';

/** What one process tells the others of a circuit, or of a credential. */
export type Told = {
  /** Who tells it; empty where it is told by this process. */
  readonly writer: string;
  /** How long ago. */
  readonly ageMs: number;
  readonly credential: string;
  /** null: the whole credential. */
  readonly circuit: string | null;
  /** Which version of the credential it is about. */
  readonly version: string;
  /** A rest that began in the telling process; null: it does not rest. */
  readonly rest: {
    readonly cause: RestCause;
    readonly openedAgoMs: number;
    readonly forMs: number;
    readonly doublings: number;
  } | null;
  /** null: of a credential. */
  readonly summary: Summary | null;
  /** The parallel limit of a circuit that was learned there; null: none. */
  readonly learned: LearnedLimit | null;
};

/** At one time; what is beyond is told the next. */
const MAX_TOLD = 500;

export type Telling = {
  readonly memories: Memories;
  readonly versions: ReadonlyMap<string, string>;
  readonly learned: LearnedLimits;
};

/** `again`: whatever was told before; it did not arrive. */
export function whatToTell({ memories, versions, learned }: Telling, again: boolean, nowMs: number): readonly Told[] {
  const told: Told[] = [];
  if (again) for (const each of [...memories.credentials(), ...memories.all()]) each.untold = true;
  for (const credential of memories.credentials()) {
    if (!credential.untold) continue;
    credential.untold = false;
    told.push({ ...base(credential.name, versions), rest: restOf(credential, nowMs) });
  }
  for (const memory of memories.all()) {
    if (!memory.untold || told.length >= MAX_TOLD) continue;
    memory.untold = false;
    const summary = summarize(memory.record, nowMs);
    told.push({
      ...base(memory.credential.name, versions),
      circuit: memory.name,
      rest: restOf(memory, nowMs),
      summary,
      learned: learned.told(memory.name, nowMs),
    });
  }
  return told;
}

function base(credential: string, versions: ReadonlyMap<string, string>) {
  const version = versions.get(credential) ?? '';
  return { writer: '', ageMs: 0, credential, version, circuit: null, summary: null, learned: null };
}

/** What was heard is not told on. */
function restOf({ circuit, heardFrom }: CircuitMemory | CredentialMemory, nowMs: number): Told['rest'] {
  const { state, cause, openedMs, untilMs } = circuit;
  if (state !== 'open' || cause === null || untilMs <= nowMs || heardFrom !== null) return null;
  return { cause, openedAgoMs: nowMs - openedMs, forMs: untilMs - nowMs, doublings: doublingsOf(circuit, nowMs) };
}

/** A process that starts over and over is another one each time: some 5 kB each, for every circuit. */
const MAX_WRITERS = 32;

/** The one that was silent longest makes room. */
function keep(elsewhere: CircuitMemory['elsewhere'], writer: string, said: { summary: Summary; atMs: number }): void {
  elsewhere.set(writer, said);
  if (elsewhere.size <= MAX_WRITERS) return;
  const [oldest] = [...elsewhere].sort(([, a], [, b]) => a.atMs - b.atMs);
  if (oldest !== undefined) elsewhere.delete(oldest[0]);
}

export type Hearing = Telling & { readonly apply: Apply };

/** What is told of a credential that is configured otherwise here, or not at all, is about something else. */
export function hearFrom(told: readonly Told[], { memories, versions, learned, apply }: Hearing, nowMs: number): void {
  for (const each of told) {
    const { writer, ageMs, credential, circuit, version, rest, summary } = each;
    if (versions.get(credential) !== version) continue;
    const of = circuit === null ? memories.openCredential(credential) : memories.open(circuit, credential, nowMs);
    if ('elsewhere' in of && summary !== null) keep(of.elsewhere, writer, { summary, atMs: nowMs - ageMs });
    if ('elsewhere' in of && each.learned !== null)
      learned.heard(of.name, older(each.learned, ageMs), of.inFlight, nowMs);
    if (rest === null) {
      if (of.heardFrom === writer) apply(of, { type: 'revived' }, nowMs);
      continue;
    }
    const event = {
      type: 'rested',
      by: writer,
      cause: rest.cause,
      openedMs: nowMs - ageMs - rest.openedAgoMs,
      untilMs: nowMs - ageMs + rest.forMs,
      doublings: rest.doublings,
    } as const;
    apply(of, event, nowMs);
  }
}

function older(limit: LearnedLimit, byMs: number): LearnedLimit {
  return { ...limit, throttledAgoMs: limit.throttledAgoMs + byMs };
}
