import type { ExchangeEvent } from '../../src/telemetry/index.ts';
import { sampleEvent } from './sample-event.ts';

export const HOUR_MS = 3_600_000;
/** The calls of `randomEvent` are of the sixty hours from then on. */
export const NOON = 20_000 * 24 * HOUR_MS + 12 * HOUR_MS;

export type Draw = () => number;

export function randomEvent(id: string, draw: Draw): ExchangeEvent {
  const one = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
  const charge = String(Math.floor(draw() * 1e9));
  const failed = draw() < 0.2;
  return sampleEvent(id, {
    startedAtMs: NOON + Math.floor(draw() * 60 * HOUR_MS),
    keyId: one(['k1', 'k2', 'k3', null]),
    userId: one(['u1', 'u2', null]),
    teamId: one(['t1', null]),
    projectId: one(['p1', null]),
    organizationId: one(['o1', 'o2', null]),
    endUser: one(['c1', 'c\x1f2', '', null]),
    tags: one([[], ['a'], ['a', 'b'], ['a', 'a']]),
    requestedModel: one(['m1', 'm2', null]),
    upstreamModel: one(['x1', 'x2', null]),
    provider: one(['openai', 'anthropic', null]),
    outcome: failed ? one(['failed', 'refused', 'disconnected'] as const) : 'completed',
    errorCode: failed ? one(['upstream_error', 'rate_limit_exceeded', null]) : null,
    sandbox: draw() < 0.1,
    byok: draw() < 0.1,
    costNanoUsd: charge,
    chargeNanoUsd: String(BigInt(charge) * 2n),
    firstByteMs: one([null, 3, 99, 1_200, 70_000]),
    usage: {
      ...sampleEvent(id).usage,
      inputTokens: Math.floor(draw() * 1e6),
      outputTokens: Math.floor(draw() * 1e4),
      cacheReadTokens: one([0, 7, 400]),
      cacheWriteTokens: one([0, 9]),
    },
  });
}
