import type { DialectId, ExchangeId, FinishReason, Usage } from '../inference/index.ts';
import type { PlanRecord } from './plan-record.ts';

/** One try at one deployment, as it is kept. */
export type AttemptRecord = {
  readonly deployment: string;
  readonly provider: string;
  readonly credential: string;
  readonly upstreamModel: string;
  /** Upstream's HTTP status; null: none came. */
  readonly status: number | null;
  /** `answered`, `outrun` by one that was made beside it, or why not: an error code of the gateway's table. */
  readonly outcome: string;
  /** From the exchange's start, milliseconds. */
  readonly startedMs: number;
  /** From the attempt's start to the first byte of content; null: none came. */
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  /** Why this deployment, in one line. */
  readonly reason: string;
  /** What the upstream said, without what looks like a secret or an address; not there: it answered. */
  readonly error?: string;
  /** What an attempt that did not answer may have cost the operator, nanodollars; not there: nothing. */
  readonly costNanoUsd?: string;
};

/**
 * The one wide event of a settled exchange: the request log's row and what every exporter is given. Amounts are
 * nanodollars as decimal text (JSON has no integers of that size).
 */
export type ExchangeEvent = {
  readonly id: ExchangeId;
  readonly dialect: DialectId;
  readonly path: string;
  readonly streamed: boolean;
  /** `completed`, `refused`, `failed` (upstream), `disconnected` (client gone), `orphaned` (process died). */
  readonly outcome: 'completed' | 'refused' | 'failed' | 'disconnected' | 'orphaned';
  /** What the client was answered. */
  readonly status: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;

  readonly keyId: string | null;
  readonly keyHash: string | null;
  readonly keyAlias: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly organizationId: string | null;
  /** Words that the call is booked under, its key's among them. */
  readonly tags: readonly string[];
  readonly endUser: string | null;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  /** The client's own x-request-id. */
  readonly clientRequestId: string | null;
  /** The client's name for the conversation that this is a turn of. */
  readonly sessionId: string | null;

  readonly requestedModel: string | null;
  readonly answeredModel: string | null;
  /** `id` of the answer's body: an upstream's, not unique. */
  readonly upstreamId: string | null;
  readonly deployment: string | null;
  readonly provider: string | null;
  readonly upstreamModel: string | null;
  /**
   * Every plan made for it, in order. None where an attempt says all of it: there was one deployment to choose from,
   * and it was tried.
   */
  readonly plans: readonly PlanRecord[];
  readonly attempts: readonly AttemptRecord[];
  /** Bytes went through untouched, or were translated. */
  readonly passThrough: boolean;

  readonly usage: Usage;
  readonly finishReason: FinishReason | null;
  /** The operator's: with that of attempts which were made beside the one that answered. */
  readonly costNanoUsd: string;
  /** The caller's: for the answer alone. */
  readonly chargeNanoUsd: string;
  /** null: the model has no price; cost and charge are then 0 and flagged by this. */
  readonly priceVersion: string | null;
  readonly priced: boolean;
  /** Sandbox answers are left out of totals. */
  readonly sandbox: boolean;

  /** It went out by a credential of the caller's own, or of its team. */
  readonly byok: boolean;

  /** Wall time of the start, epoch milliseconds. */
  readonly startedAtMs: number;
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
};

/** What was held for an attempt: enough to book it, should the process die before it settles. */
export type HoldRecord = Pick<
  ExchangeEvent,
  | 'id'
  | 'dialect'
  | 'path'
  | 'streamed'
  | 'keyId'
  | 'keyHash'
  | 'keyAlias'
  | 'userId'
  | 'teamId'
  | 'projectId'
  | 'organizationId'
  | 'endUser'
  | 'tags'
  | 'requestedModel'
  | 'deployment'
  | 'provider'
  | 'upstreamModel'
  | 'priceVersion'
  | 'sandbox'
  | 'startedAtMs'
  | 'requestBytes'
> & {
  /** The pots that the charge is posted to besides the payer's own; absent in records of former versions. */
  readonly pots?: readonly string[];
  /** Absent: it is not. */
  readonly byok?: boolean;
  /** The upper bound of the charge, nanodollars as decimal text. */
  readonly holdNanoUsd: string;
};
