import { type Circuit, closedCircuit } from './circuit.ts';
import type { LastFailure } from './health-policy.ts';
import { openRolling, type Rolling } from './rolling.ts';
import { type DeploymentStats, noStats } from './stats.ts';
import { openTrackRecord, type Summary, type TrackRecord } from './track-record.ts';

/** What is remembered of a credential. */
export type CredentialMemory = {
  readonly name: string;
  circuit: Circuit;
  /** The process that told of the rest; null: it began here. */
  heardFrom: string | null;
  /** The last circuit that it was good for, and when. */
  answeredBy: string | null;
  answeredMs: number;
  /** Something that the other processes have not been told. */
  untold: boolean;
};

/** What is remembered of the deployments of one circuit. */
export type CircuitMemory = {
  readonly name: string;
  readonly credential: CredentialMemory;
  circuit: Circuit;
  heardFrom: string | null;
  untold: boolean;
  readonly record: TrackRecord;
  /** Answered and failed within the last half minute, to be compared with its peers. */
  readonly trial: Rolling;
  /** Where its calls come from; null: none was made here. */
  deployment: string | null;
  /** Nobody could take over from it. */
  alone: boolean;
  inFlight: number;
  lastFailure: LastFailure | null;
  usedMs: number;
  ejectedUntilMs: number;
  ejections: number;
  /** By process. */
  readonly elsewhere: Map<string, { readonly summary: Summary; readonly atMs: number }>;
  stats: DeploymentStats;
  statsUntilMs: number;
};

export type Memories = {
  readonly find: (circuit: string) => CircuitMemory | undefined;
  readonly findCredential: (name: string) => CredentialMemory | undefined;
  readonly open: (circuit: string, credential: string, nowMs: number) => CircuitMemory;
  readonly openCredential: (name: string) => CredentialMemory;
  readonly all: () => Iterable<CircuitMemory>;
  readonly credentials: () => Iterable<CredentialMemory>;
};

/** Some 20 MB when all of them are busy. Names in `provider/model` have no end. */
const MAX_CIRCUITS = 2_000;
/** Credentials are configured; those of configurations before are few. */
const FORGOTTEN_AT_ONCE = 0.1;
export const TRIAL_SLOT_MS = 10_000;
export const TRIAL_SLOTS = 4;

export function openMemories(maxCircuits: number = MAX_CIRCUITS): Memories {
  const circuits = new Map<string, CircuitMemory>();
  const credentials = new Map<string, CredentialMemory>();
  const openCredential = (name: string): CredentialMemory => {
    const known = credentials.get(name);
    if (known !== undefined) return known;
    const opened = newCredential(name);
    credentials.set(name, opened);
    return opened;
  };
  return {
    find: (circuit) => circuits.get(circuit),
    findCredential: (name) => credentials.get(name),
    openCredential,
    all: () => circuits.values(),
    credentials: () => credentials.values(),
    open: (circuit, credential, nowMs) => {
      const known = circuits.get(circuit);
      if (known !== undefined) return known;
      if (circuits.size >= maxCircuits) forgetOldest(circuits, Math.ceil(maxCircuits * FORGOTTEN_AT_ONCE));
      const opened = newCircuit(circuit, openCredential(credential), nowMs);
      circuits.set(circuit, opened);
      return opened;
    },
  };
}

/** Those that were used longest ago, calls in flight excepted. */
function forgetOldest(circuits: Map<string, CircuitMemory>, count: number): void {
  const idle = [...circuits.values()].filter(({ inFlight }) => inFlight === 0).sort((a, b) => a.usedMs - b.usedMs);
  for (const { name } of idle.slice(0, count)) circuits.delete(name);
}

function newCredential(name: string): CredentialMemory {
  return {
    name,
    circuit: closedCircuit,
    heardFrom: null,
    answeredBy: null,
    answeredMs: Number.NEGATIVE_INFINITY,
    untold: false,
  };
}

function newCircuit(name: string, credential: CredentialMemory, nowMs: number): CircuitMemory {
  return {
    name,
    credential,
    circuit: closedCircuit,
    heardFrom: null,
    untold: false,
    record: openTrackRecord(),
    trial: openRolling(TRIAL_SLOT_MS, TRIAL_SLOTS, 2),
    deployment: null,
    alone: false,
    inFlight: 0,
    lastFailure: null,
    usedMs: nowMs,
    ejectedUntilMs: 0,
    ejections: 0,
    elsewhere: new Map(),
    stats: noStats,
    statsUntilMs: Number.NEGATIVE_INFINITY,
  };
}
