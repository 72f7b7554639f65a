import type { Deployment, Model } from '../../catalog/index.ts';
import type { DeploymentId } from '../../inference/index.ts';
import { type Circuit, type CircuitEvent, mayPass, type RestCause, step } from './circuit.ts';
import type { HealthPolicy } from './health-policy.ts';
import { forget, hearFrom, type Told, whatToTell } from './hearsay.ts';
import { type CircuitMemory, type CredentialMemory, type Memories, openMemories } from './memories.ts';
import { openPeers } from './peers.ts';
import { type AttemptReport, attemptOf, isOfTheCredential, kindOf } from './report.ts';
import { addToRolling } from './rolling.ts';
import { type DeploymentStats, noStats } from './stats.ts';
import { addAttempt, merged, statsOf, summarize } from './track-record.ts';

/** Whether a deployment may be called now. */
export type Standing = {
  /** `half-open`: it has rested, and one call may find out. While that one is out, others see `open`. */
  readonly state: 'closed' | 'half-open' | 'open';
  /** Monotonic; 0: it does not rest. */
  readonly untilMs: number;
  /** Why it rests; null: it does not. */
  readonly cause: RestCause | null;
};

/** Of whom a rest begins or ends. */
export type HealthEvent = {
  readonly type: 'rests' | 'back';
  readonly credential: string;
  /** null: the whole credential. */
  readonly circuit: string | null;
  readonly cause: RestCause;
  readonly forMs: number;
  /** Another process has found out. */
  readonly heard: boolean;
};

/** What an active probe found: `unknown` says nothing. */
export type Probed = 'well' | 'failed' | 'credential' | 'unknown';

/** What routing remembers of the deployments; times are of the monotonic clock. */
export type Health = {
  readonly standing: (deployment: Deployment, nowMs: number) => Standing;
  readonly stats: (deployment: Deployment, nowMs: number) => DeploymentStats;
  /** Circuits that do far worse than their peers and are put last. */
  readonly outliers: () => ReadonlySet<string>;
  /** Before an attempt: whether it may go out. One that may, of a half-open deployment, is the probe. */
  readonly claim: (deployment: Deployment, nowMs: number) => boolean;
  /** An attempt goes out, for this model. */
  readonly begin: (deployment: Deployment, nowMs: number, model?: Model) => void;
  /** Its first content has come: of a probe, the next one may go. */
  readonly content: (deployment: Deployment, startedMs: number, nowMs: number) => void;
  /** It has ended: of a stream, with its last byte. Once for each `begin`. */
  readonly end: (deployment: Deployment, report: AttemptReport, nowMs: number) => void;
  readonly inFlight: (deployment: Deployment) => number;
  readonly resting: (nowMs: number) => readonly { readonly deployment: DeploymentId; readonly forMs: number }[];
  /** What asking it without a caller has shown. */
  readonly probed: (deployment: Deployment, found: Probed, nowMs: number) => void;
  /** Looks for outliers; about once a second. */
  readonly compare: (nowMs: number) => void;
  /**
   * The credentials as they are configured now, each with what tells its versions apart: of one that has changed the
   * rests are over, and what others tell of another version is not believed.
   */
  readonly configured: (versions: ReadonlyMap<string, string>) => void;
  /** What has changed since it was last asked, for other processes; `again`: everything, for that did not arrive. */
  readonly tell: (again: boolean, nowMs: number) => readonly Told[];
  readonly hear: (told: readonly Told[], nowMs: number) => void;
};

const CLOSED: Standing = Object.freeze({ state: 'closed', untilMs: 0, cause: null });
/** While a probe is out, the next look is worth as little waiting. */
const PROBE_OUT_MS = 1_000;
const STATS_KEPT_MS = 1_000;
const DAY_MS = 86_400_000;

/** `policyNow` is asked at each failure: the configuration may have been loaded again. `onEvent` is told of rests. */
export function openHealth(
  policyNow: () => HealthPolicy,
  onEvent: (event: HealthEvent) => void = () => undefined,
  memories: Memories = openMemories(),
): Health {
  const peers = openPeers(memories);
  let versions: ReadonlyMap<string, string> = new Map();
  const memoryOf = ({ circuit, credential, id }: Deployment, nowMs: number): CircuitMemory => {
    const memory = memories.find(circuit) ?? memories.open(circuit, credential, nowMs);
    memory.deployment = id;
    memory.usedMs = nowMs;
    return memory;
  };
  const credentialOf = (deployment: Deployment): CredentialMemory | undefined =>
    memories.find(deployment.circuit)?.credential ?? memories.findCredential(deployment.credential);
  const apply = (of: CircuitMemory | CredentialMemory, event: CircuitEvent, nowMs: number): void => {
    const before = of.circuit;
    const alone = 'alone' in of && of.alone;
    of.circuit = step(before, event, nowMs, { ...policyNow(), alone });
    if (of.circuit.state === before.state && of.circuit.openedMs === before.openedMs) return;
    of.untold = true;
    const begins = before.state === 'closed' && of.circuit.state === 'open';
    const ends = before.state !== 'closed' && of.circuit.state === 'closed';
    const heard = begins ? event.type === 'rested' : of.heardFrom !== null;
    of.heardFrom = event.type === 'rested' ? event.by : null;
    if (begins || ends) report(of, begins ? 'rests' : 'back', heard, nowMs);
  };
  const report = (
    of: CircuitMemory | CredentialMemory,
    type: HealthEvent['type'],
    heard: boolean,
    nowMs: number,
  ): void => {
    const { cause, untilMs } = of.circuit;
    if (cause === null) return;
    const whom =
      'credential' in of
        ? { credential: of.credential.name, circuit: of.name }
        : { credential: of.name, circuit: null };
    onEvent({ ...whom, type, cause, forMs: Math.max(0, untilMs - nowMs), heard });
  };
  const endWith = (memory: CircuitMemory, given: AttemptReport, nowMs: number): void => {
    const startedMs = nowMs - given.durationMs;
    const { credential } = memory;
    const kind = kindOf(given);
    if (kind === 'credential' && isOfTheCredential(given, memory, nowMs)) {
      apply(credential, { type: 'failed', kind, retryAfterMs: given.retryAfterMs, startedMs }, nowMs);
      apply(memory, { type: 'spared', startedMs }, nowMs);
      return;
    }
    const accepted = kind === 'answered' || kind === 'rate_limit';
    if (credential.circuit.state !== 'closed' || kind === 'answered')
      apply(credential, { type: accepted ? 'answered' : 'spared', startedMs }, nowMs);
    if (kind === 'answered') {
      credential.answeredBy = memory.name;
      credential.answeredMs = nowMs;
    }
    if (kind === 'answered' || kind === 'spared') apply(memory, { type: kind, startedMs }, nowMs);
    else apply(memory, { type: 'failed', kind, retryAfterMs: given.retryAfterMs, startedMs }, nowMs);
  };

  return {
    standing: (deployment, nowMs) => {
      const memory = memories.find(deployment.circuit);
      const credential = memory?.credential ?? memories.findCredential(deployment.credential);
      if (credential !== undefined && credential.circuit.state !== 'closed') {
        const standing = standingOf(credential.circuit, nowMs);
        if (standing.state === 'open' || memory === undefined || memory.circuit.state === 'closed') return standing;
      }
      return memory === undefined ? CLOSED : standingOf(memory.circuit, nowMs);
    },
    stats: (deployment, nowMs) => {
      const memory = memories.find(deployment.circuit);
      if (memory === undefined) return noStats;
      if (memory.statsUntilMs <= nowMs) refreshStats(memory, nowMs);
      return memory.stats;
    },
    outliers: peers.outliers,
    claim: (deployment, nowMs) => {
      const memory = memories.find(deployment.circuit);
      const credential = credentialOf(deployment);
      if (memory !== undefined && !mayPass(memory.circuit, nowMs)) return false;
      if (credential !== undefined && !mayPass(credential.circuit, nowMs)) return false;
      if (memory !== undefined && memory.circuit.state !== 'closed') apply(memory, { type: 'claimed' }, nowMs);
      if (credential !== undefined && credential.circuit.state !== 'closed')
        apply(credential, { type: 'claimed' }, nowMs);
      return true;
    },
    begin: (deployment, nowMs, model) => {
      const memory = memoryOf(deployment, nowMs);
      memory.inFlight++;
      if (model === undefined) return;
      memory.alone = model.deployments.length === 1;
      if (!memory.alone) peers.know(model);
    },
    content: (deployment, startedMs, nowMs) => {
      const memory = memories.find(deployment.circuit);
      if (memory === undefined) return;
      if (memory.circuit.state !== 'closed') apply(memory, { type: 'content', startedMs }, nowMs);
      if (memory.credential.circuit.state !== 'closed') apply(memory.credential, { type: 'content', startedMs }, nowMs);
    },
    end: (deployment, given, nowMs) => {
      const memory = memoryOf(deployment, nowMs);
      memory.inFlight = Math.max(0, memory.inFlight - 1);
      endWith(memory, given, nowMs);
      const attempt = attemptOf(given);
      if (attempt === null) return;
      addAttempt(memory.record, attempt, nowMs);
      memory.untold = true;
      if (attempt.answered !== null) addToRolling(memory.trial, attempt.answered ? 0 : 1, nowMs);
      // A peak counts at once; all else may be a second old.
      const { peakMs } = memory.record;
      if (peakMs !== null && peakMs > (memory.stats.peakEwmaMs ?? 0))
        memory.stats = { ...memory.stats, peakEwmaMs: peakMs };
      if (attempt.answered === false) memory.stats = { ...memory.stats, lastFailureMs: nowMs };
    },
    inFlight: ({ circuit }) => memories.find(circuit)?.inFlight ?? 0,
    resting: (nowMs) =>
      [...memories.all()].flatMap(({ deployment, circuit, credential }) => {
        const untilMs = Math.max(
          ...[circuit, credential.circuit].map((each) => (each.state === 'closed' ? 0 : each.untilMs)),
        );
        return deployment === null || untilMs <= nowMs ? [] : [{ deployment, forMs: untilMs - nowMs }];
      }),
    probed: (deployment, found, nowMs) => {
      const memory = memoryOf(deployment, nowMs);
      const failure = { type: 'failed', retryAfterMs: null, startedMs: nowMs } as const;
      if (found === 'well') {
        apply(memory.credential, { type: 'revived' }, nowMs);
        // A rate limit knows itself when it ends.
        if (memory.circuit.cause !== 'rate_limit') apply(memory, { type: 'revived' }, nowMs);
      } else if (found === 'credential') apply(memory.credential, { ...failure, kind: 'credential' }, nowMs);
      else if (found === 'failed') apply(memory, { ...failure, kind: 'error' }, nowMs);
    },
    compare: peers.compare,
    configured: (next) => {
      for (const credential of memories.credentials()) {
        const known = versions.get(credential.name);
        if (known === next.get(credential.name) || known === undefined) continue;
        if (credential.circuit.state !== 'closed') report(credential, 'back', false, Number.POSITIVE_INFINITY);
        forget(credential);
        for (const memory of memories.all()) if (memory.credential === credential) forget(memory);
      }
      versions = next;
    },
    tell: (again, nowMs) => whatToTell(memories, versions, again, nowMs),
    hear: (told, nowMs) => hearFrom(told, { memories, versions, apply }, nowMs),
  };
}

function refreshStats(memory: CircuitMemory, nowMs: number): void {
  for (const [writer, { atMs }] of memory.elsewhere) if (nowMs - atMs > DAY_MS) memory.elsewhere.delete(writer);
  const others = [...memory.elsewhere.values()].map(({ summary, atMs }) => ({ summary, ageMs: nowMs - atMs }));
  memory.stats = Object.freeze(statsOf(merged(summarize(memory.record, nowMs), others), nowMs));
  memory.statsUntilMs = nowMs + STATS_KEPT_MS;
}

function standingOf({ state, untilMs, cause }: Circuit, nowMs: number): Standing {
  if (state === 'closed') return CLOSED;
  if (untilMs <= nowMs) return { state: 'half-open', untilMs: 0, cause };
  return { state: 'open', untilMs: state === 'open' ? untilMs : Math.min(untilMs, nowMs + PROBE_OUT_MS), cause };
}
