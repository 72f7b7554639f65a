import type { Deployment, Model } from '../../catalog/index.ts';
import type { DeploymentId } from '../../inference/index.ts';
import { openProbeMarks, type ProbeMarks } from '../probe-marks.ts';
import { isFailing, mayPass } from './circuit.ts';
import type { HealthPolicy, LastFailure } from './health-policy.ts';
import { hearFrom, type Told, whatToTell } from './hearsay.ts';
import { judge } from './judge.ts';
import { type LearnedLimits, nothingLearned } from './learned-limits.ts';
import { type CircuitMemory, type CredentialMemory, type Memories, openMemories } from './memories.ts';
import { openPeers } from './peers.ts';
import { type AttemptReport, attemptOf, failureOf } from './report.ts';
import { addToRolling } from './rolling.ts';
import { refreshStats, type Standing, standingOf, statsAfter } from './standing.ts';
import { type DeploymentStats, noStats } from './stats.ts';
import { addAttempt } from './track-record.ts';
import { type Apply, forget, type HealthEvent, openApply } from './transition.ts';
import type { Unsound } from './unsound.ts';

/** What an active probe found: `unknown` says nothing. */
export type Probed = 'well' | 'failed' | 'credential' | 'unknown';

/** What routing remembers of the deployments; times are of the monotonic clock. */
export type Health = {
  readonly standing: (deployment: Deployment, nowMs: number) => Standing;
  /** It may be called, and its last calls have all failed: another one is no free try. */
  readonly isFailing: (deployment: Deployment) => boolean;
  readonly stats: (deployment: Deployment, nowMs: number) => DeploymentStats;
  /** Circuits that do far worse than their peers and are put last. */
  readonly outliers: () => ReadonlySet<string>;
  readonly unsound: () => Unsound<ReadonlySet<string>>;
  /** Before an attempt: whether it may go out. One that may, of a half-open deployment, is the probe. */
  readonly claim: (deployment: Deployment, nowMs: number) => boolean;
  /** An attempt goes out, for this model. */
  readonly begin: (deployment: Deployment, nowMs: number, model?: Model) => void;
  /** Its first content has come: of a probe, the next one may go. */
  readonly content: (deployment: Deployment, startedMs: number, nowMs: number) => void;
  /** It has ended: of a stream, with its last byte. Once for each `begin`. */
  readonly end: (deployment: Deployment, report: AttemptReport, nowMs: number) => void;
  readonly inFlight: (deployment: Deployment) => number;
  /** Rate limits and refused credentials as well, which are no downtime; null: none since the start of this process. */
  readonly lastFailure: (deployment: Deployment) => LastFailure | null;
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
} & ProbeMarks;

export type HealthParts = { readonly memories?: Memories; readonly learned?: LearnedLimits };

/** `policyNow` is asked at each failure: the configuration may have been loaded again. `onEvent` is told of rests. */
export function openHealth(
  policyNow: () => HealthPolicy,
  onEvent: (event: HealthEvent) => void = () => undefined,
  { memories = openMemories(), learned = nothingLearned }: HealthParts = {},
): Health {
  const peers = openPeers(memories);
  const apply = openApply(policyNow, onEvent);
  let versions: ReadonlyMap<string, string> = new Map();
  return {
    ...openViews(memories),
    ...openProbeMarks(),
    ...openAttempts(memories, apply, peers.know),
    outliers: peers.outliers,
    unsound: peers.unsound,
    compare: peers.compare,
    probed: (deployment, found, nowMs) => {
      const memory = usedMemory(memories, deployment, nowMs);
      const failure = { type: 'failed', retryAfterMs: null, startedMs: nowMs } as const;
      if (found === 'well') {
        apply(memory.credential, { type: 'revived' }, nowMs);
        // A rate limit knows itself when it ends.
        if (memory.circuit.cause !== 'rate_limit') apply(memory, { type: 'revived' }, nowMs);
      } else if (found === 'credential') apply(memory.credential, { ...failure, kind: 'credential' }, nowMs);
      else if (found === 'failed') apply(memory, { ...failure, kind: 'error' }, nowMs);
    },
    configured: (next) => {
      for (const credential of memories.credentials()) {
        const known = versions.get(credential.name);
        if (known === undefined || known === next.get(credential.name)) continue;
        forget(credential, onEvent);
        for (const memory of memories.all()) if (memory.credential === credential) forget(memory, onEvent);
      }
      versions = next;
    },
    tell: (again, nowMs) => whatToTell({ memories, versions, learned }, again, nowMs),
    hear: (told, nowMs) => hearFrom(told, { memories, versions, learned, apply }, nowMs),
  };
}

function usedMemory(memories: Memories, { circuit, credential, id }: Deployment, nowMs: number): CircuitMemory {
  const memory = memories.find(circuit) ?? memories.open(circuit, credential, nowMs);
  memory.deployment = id;
  memory.usedMs = nowMs;
  return memory;
}

function credentialOf(
  memories: Memories,
  memory: CircuitMemory | undefined,
  { credential }: Deployment,
): CredentialMemory | undefined {
  return memory === undefined ? memories.findCredential(credential) : memory.credential;
}

function openViews(
  memories: Memories,
): Pick<Health, 'standing' | 'isFailing' | 'stats' | 'inFlight' | 'lastFailure' | 'resting'> {
  return {
    standing: (deployment, nowMs) => {
      const memory = memories.find(deployment.circuit);
      return standingOf(credentialOf(memories, memory, deployment)?.circuit, memory?.circuit, nowMs);
    },
    isFailing: (deployment) => {
      const memory = memories.find(deployment.circuit);
      const credential = credentialOf(memories, memory, deployment);
      return (
        (memory !== undefined && isFailing(memory.circuit)) ||
        (credential !== undefined && isFailing(credential.circuit))
      );
    },
    stats: ({ circuit }, nowMs) => {
      const memory = memories.find(circuit);
      if (memory === undefined) return noStats;
      if (memory.statsUntilMs <= nowMs) refreshStats(memory, nowMs);
      return memory.stats;
    },
    inFlight: ({ circuit }) => memories.find(circuit)?.inFlight ?? 0,
    lastFailure: ({ circuit }) => memories.find(circuit)?.lastFailure ?? null,
    resting: (nowMs) =>
      [...memories.all()].flatMap(({ deployment, circuit, credential }) => {
        const { state, untilMs } = standingOf(credential.circuit, circuit, nowMs);
        return deployment === null || state !== 'open' ? [] : [{ deployment, forMs: untilMs - nowMs }];
      }),
  };
}

function openAttempts(
  memories: Memories,
  apply: Apply,
  know: (model: Model) => void,
): Pick<Health, 'claim' | 'begin' | 'content' | 'end'> {
  return {
    claim: (deployment, nowMs) => {
      const memory = memories.find(deployment.circuit);
      const credential = credentialOf(memories, memory, deployment);
      if (memory !== undefined && !mayPass(memory.circuit, nowMs)) return false;
      if (credential !== undefined && !mayPass(credential.circuit, nowMs)) return false;
      for (const each of [memory, credential])
        if (each !== undefined && each.circuit.state !== 'closed') apply(each, { type: 'claimed' }, nowMs);
      return true;
    },
    begin: (deployment, nowMs, model) => {
      const memory = usedMemory(memories, deployment, nowMs);
      memory.inFlight++;
      if (model === undefined) return;
      memory.alone = model.deployments.length === 1;
      if (!memory.alone) know(model);
    },
    content: ({ circuit }, startedMs, nowMs) => {
      const memory = memories.find(circuit);
      if (memory === undefined) return;
      for (const each of [memory, memory.credential])
        if (each.circuit.state !== 'closed') apply(each, { type: 'content', startedMs }, nowMs);
    },
    end: (deployment, report, nowMs) => {
      const memory = usedMemory(memories, deployment, nowMs);
      memory.inFlight = Math.max(0, memory.inFlight - 1);
      judge(memory, report, apply, nowMs);
      memory.lastFailure = failureOf(report, nowMs) ?? memory.lastFailure;
      const attempt = attemptOf(report);
      if (attempt === null) return;
      addAttempt(memory.record, attempt, nowMs);
      if (attempt.answered !== null) addToRolling(memory.trial, attempt.answered ? 0 : 1, nowMs);
      memory.untold = true;
      memory.stats = statsAfter(memory, attempt, nowMs);
    },
  };
}
