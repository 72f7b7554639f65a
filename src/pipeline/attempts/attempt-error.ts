import type { Deployment, Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Verdict } from '../../providers/index.ts';
import { parseJson } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import type { Refusal } from './answer.ts';
import { UpstreamRefusal } from './upstream-refusal.ts';

/** How an attempt failed. */
export type Failure = {
  readonly verdict: Verdict;
  readonly refusal: Refusal | null;
  readonly message: string;
  readonly deployment: Deployment;
  readonly model: Model;
};

/** What the caller is told of a failure when no candidate answered. */
export function errorOf(
  { verdict, refusal, message, deployment }: Failure,
  { dialect }: Exchange,
  rooms: Rooms,
): GatewayError {
  if (verdict.cause === 'credential') {
    return credentialError();
  }
  const endpoint = rooms.policies().endpointOf(deployment, dialect.id);
  if (refusal !== null) {
    const refused = new UpstreamRefusal(refusal, deployment, verdict);
    // A page of some proxy's, or nothing at all, is no error that a client can read.
    const isReadable = (refusal.isMade !== true || dialect.words !== null) && isObject(refusal.body);
    if (dialect.wrapsRefusals === true)
      return refused.told({ provider_name: deployment.provider, raw: rawOf(refusal) });
    return endpoint?.dialect === dialect.id && isReadable ? refused : refused.told();
  }
  return new GatewayError(verdict.code, message, { retryAfterMs: verdict.retryAfterMs ?? undefined });
}

const MOST_RAW = 4_096;

function rawOf({ body }: Refusal): string {
  return body.toString('utf8', 0, MOST_RAW);
}

function isObject(body: Buffer): boolean {
  const parsed = parseJson(body);
  // Gemini's compatible endpoint wraps its error in a list.
  return parsed.ok && typeof parsed.value === 'object' && parsed.value !== null;
}

function credentialError(): GatewayError {
  return new GatewayError(
    'upstream_credential',
    "The upstream did not accept the operator's credential; ask the operator of this gateway.",
  );
}
