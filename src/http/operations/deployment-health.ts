import { atItsTiers, type Deployment, type Model } from '../../catalog/index.ts';
import { deploymentsToProbe, type ProbedDeployment, probeAll, type Rooms } from '../../pipeline/index.ts';
import type { DeploymentStats, LastFailure, Percentiles } from '../../routing/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** Every configured deployment with its standing and numbers, for whoever looks when something breaks. */
export function deploymentHealth(rooms: Rooms): readonly Json[] {
  const { catalog } = rooms.policies();
  return catalog
    .configured()
    .flatMap((model) =>
      model.deployments.flatMap((each) => [each, ...atItsTiers(each)]).map((each) => rowOf(model, each, rooms)),
    );
}

function rowOf({ name }: Model, deployment: Deployment, { health, clock }: Rooms): Json {
  const nowMs = clock.monotonicMs();
  const unsound = health.unsound();
  const { state, cause, untilMs } = health.standing(deployment, nowMs);
  const { id, provider, credential, upstreamModel, region, circuit } = deployment;
  return {
    model: name,
    model_id: id,
    provider,
    credential,
    upstream_model: upstreamModel,
    ...(deployment.tier === undefined ? {} : { service_tier: deployment.tier }),
    region,
    state,
    cause,
    rests_for_ms: Math.max(0, Math.ceil(untilMs - nowMs)) * (untilMs === 0 ? 0 : 1),
    ...overlaysOf(deployment),
    put_last: health.outliers().has(circuit),
    unsound: unsound.calls.has(circuit) || unsound.structure.has(circuit),
    in_flight: health.inFlight(deployment),
    last_failure: failureOf(health.lastFailure(deployment), nowMs),
    ...numbersOf(health.stats(deployment, nowMs), nowMs),
  };
}

function overlaysOf({ overlays }: Deployment): Json {
  return overlays === undefined ? {} : { overlays: overlays.map(({ id }) => id) };
}

function failureOf(failure: LastFailure | null, nowMs: number): Json | null {
  if (failure === null) return null;
  const { kind, status, error, atMs } = failure;
  return { kind, status, error, ms_ago: Math.round(nowMs - atMs) };
}

function numbersOf(stats: DeploymentStats, nowMs: number): Json {
  return {
    attempts_last_30m: stats.attempts30m,
    uptime_last_5m: stats.uptime5m,
    uptime_last_30m: stats.uptime30m,
    uptime_last_1d: stats.uptime1d,
    latency_ms_last_5m: whole(stats.firstByteMs),
    latency_ms_last_30m: whole(stats.firstByteMs30m),
    throughput_last_30m: whole(stats.throughput30m),
    tool_answers_last_30m: stats.calls30m,
    tool_error_rate_last_30m: stats.callErrorRate30m,
    structured_answers_last_30m: stats.structured30m,
    structured_error_rate_last_30m: stats.structureErrorRate30m,
    empty_rate_last_30m: stats.emptyRate30m,
    failed_ms_ago: stats.lastFailureMs === null ? null : Math.round(nowMs - stats.lastFailureMs),
  };
}

function whole(percentiles: Percentiles | null): Percentiles | null {
  if (percentiles === null) return null;
  const { p50, p75, p90, p99 } = percentiles;
  return { p50: Math.round(p50), p75: Math.round(p75), p90: Math.round(p90), p99: Math.round(p99) };
}

/** Asks all configured deployments now. `billed`: with a chat where nothing else can be asked. */
export async function probeNow(billed: boolean, rooms: Rooms): Promise<readonly Json[]> {
  return (await probeAll(deploymentsToProbe(null, rooms), billed, rooms)).map(probeRow);
}

function probeRow({ deployment, way, found, status, tookMs, message }: ProbedDeployment): Json {
  const { id, credential, upstreamModel } = deployment;
  return {
    model_id: id,
    credential,
    upstream_model: upstreamModel,
    way,
    found,
    status,
    took_ms: Math.round(tookMs),
    message,
  };
}
