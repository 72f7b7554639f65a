import { GatewayError } from '../inference/index.ts';
import type { HoldRefusal } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';
import { type Purse, resetOf } from './purse.ts';
import type { ScopeKind } from './scope.ts';

/** What every limit says when it refuses: the rule, its limit, what is used, what was asked, when it would pass. */
export type LimitMetadata = {
  readonly rule: string;
  readonly limit: number | string;
  readonly used: number | string;
  readonly asked: number | string;
  readonly held?: string;
  /** Of a budget: `1d`, `1w`, `1mo`, `total`. */
  readonly window?: string;
  readonly reset_at: string | null;
  /** OpenRouter's word for whose money it is, and for whether the same call passes when others have ended. */
  readonly limit_source?: string;
  readonly reason?: 'in_flight_budget_exhausted' | 'weight_exceeds_budget' | undefined;
};

const LIMIT_SOURCES: Readonly<Partial<Record<ScopeKind, string>>> = {
  key: 'openrouter_key_limit',
};
const OTHER_SOURCE = 'openrouter_workspace_budget';

/** LiteLLM's words stand at the front: its clients search for them. */
export function budgetExceeded(refusal: HoldRefusal, purse: Purse | null): GatewayError {
  const [limit, used, held, asked, free] = [
    refusal.limit,
    refusal.used,
    refusal.held,
    refusal.asked,
    Math.max(0, refusal.limit - refusal.used - refusal.held),
  ].map((nano) => formatUsd(BigInt(nano)));
  const resetsAtMs = purse === null ? null : resetOf(purse.span);
  const resetAt = resetsAtMs === null ? null : new Date(resetsAtMs).toISOString();
  const named = purse === null ? `'${refusal.pot}'` : `'${purse.rule}' (${purse.window.name})`;
  const hint = resetAt === null ? 'it does not reset' : `it resets at ${resetAt}`;
  return new GatewayError(
    'insufficient_quota',
    `Budget has been exceeded! Current cost: ${used}, Max budget: ${limit}. The budget ${named} has ${free} USD free ` +
      `(${held} USD is held by calls in flight) and this call may cost up to ${asked} USD; ${hint}. ` +
      'Lower max_tokens, or raise the budget.',
    {
      metadata: {
        rule: purse?.rule ?? refusal.pot,
        limit: limit ?? '',
        used: used ?? '',
        held: held ?? '',
        asked: asked ?? '',
        window: purse?.window.name ?? 'total',
        reset_at: resetAt,
        limit_source: (purse === null ? undefined : LIMIT_SOURCES[purse.kind]) ?? OTHER_SOURCE,
        reason: reasonOf(refusal),
      } satisfies LimitMetadata,
    },
  );
}

function reasonOf({ limit, used, held, asked }: HoldRefusal): LimitMetadata['reason'] {
  return held > 0 && limit - used >= asked ? 'in_flight_budget_exhausted' : 'weight_exceeds_budget';
}

export type RateRefusal = {
  /** `api_key: a1B2c3`. */
  readonly described: string;
  readonly type: string;
  readonly limit: number;
  readonly used: number;
  readonly asked: number;
  readonly waitMs: number;
  /** The time of now. */
  readonly wallMs: number;
};

export function rateLimited({ described, type, limit, used, asked, waitMs, wallMs }: RateRefusal): GatewayError {
  const resetAt = new Date(wallMs + waitMs).toISOString();
  const told = resetAt.slice(0, 19).replace('T', ' ');
  return new GatewayError(
    'rate_limit_exceeded',
    `Rate limit exceeded for ${described}. Limit type: ${type}. Current limit: ${limit}, Remaining: ${Math.max(0, limit - used)}. ` +
      `Limit resets at: ${told} UTC. This call needs ${asked} and passes in ${Math.ceil(waitMs / 1000)} s.`,
    {
      retryAfterMs: waitMs,
      metadata: { rule: described, limit, used, asked, reset_at: resetAt } satisfies LimitMetadata,
    },
  );
}
