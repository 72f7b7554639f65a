import { noUsage } from '../inference/index.ts';
import type { ExchangeEvent, HoldRecord } from './event.ts';

/**
 * The event of an exchange whose process died before it settled: the hold is charged in full, since the upstream may
 * have done all of the work, and marked, so that it can be put right.
 */
export function orphanedEvent(hold: HoldRecord): ExchangeEvent {
  return {
    id: hold.id,
    dialect: hold.dialect,
    path: hold.path,
    streamed: hold.streamed,
    outcome: 'orphaned',
    status: 0,
    errorCode: 'orphaned',
    errorMessage: 'The gateway stopped before this exchange was settled: the hold was charged.',
    keyId: hold.keyId,
    keyHash: hold.keyHash,
    keyAlias: hold.keyAlias,
    userId: hold.userId,
    teamId: hold.teamId,
    projectId: hold.projectId ?? null,
    organizationId: hold.organizationId ?? null,
    endUser: hold.endUser ?? null,
    tags: hold.tags ?? [],
    clientIp: null,
    userAgent: null,
    clientRequestId: null,
    sessionId: null,
    requestedModel: hold.requestedModel,
    answeredModel: null,
    upstreamId: null,
    deployment: hold.deployment,
    provider: hold.provider,
    upstreamModel: hold.upstreamModel,
    plans: [],
    attempts: [],
    passThrough: false,
    usage: noUsage,
    finishReason: null,
    costNanoUsd: hold.holdNanoUsd,
    chargeNanoUsd: hold.holdNanoUsd,
    priceVersion: hold.priceVersion,
    priced: hold.priceVersion !== null,
    sandbox: hold.sandbox,
    byok: hold.byok ?? false,
    startedAtMs: hold.startedAtMs,
    firstByteMs: null,
    durationMs: 0,
    requestBytes: hold.requestBytes,
    responseBytes: 0,
  };
}
