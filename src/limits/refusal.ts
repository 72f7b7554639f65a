import { GatewayError } from '../inference/index.ts';
import type { HoldRefusal } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';

/** What every limit says when it refuses: the rule, its limit, what is used, what was asked, when it would pass. */
export type LimitMetadata = {
  readonly rule: string;
  readonly limit: number | string;
  readonly used: number | string;
  readonly asked: number | string;
  readonly held?: string;
  readonly reset_at: string | null;
};

/** LiteLLM's words stand at the front: its clients search for them. */
export function budgetExceeded(refusal: HoldRefusal, clamped: string | null): GatewayError {
  const [limit, used, held, asked] = [refusal.limit, refusal.used, refusal.held, refusal.asked].map((nano) =>
    formatUsd(BigInt(nano)),
  );
  const free = formatUsd(BigInt(Math.max(0, refusal.limit - refusal.used - refusal.held)));
  const hint = clamped ?? 'Lower max_tokens, or raise the budget.';
  return new GatewayError(
    'insufficient_quota',
    `Budget has been exceeded! Current cost: ${used}, Max budget: ${limit}. The budget '${refusal.pot}' has ${free} USD free ` +
      `(${held} USD is held by calls in flight) and this call may cost up to ${asked} USD. ${hint}`,
    {
      metadata: {
        rule: refusal.pot,
        limit: limit ?? '',
        used: used ?? '',
        held: held ?? '',
        asked: asked ?? '',
        reset_at: null,
      } satisfies LimitMetadata,
    },
  );
}

export function rateLimited(rule: string, limit: number, used: number, retryAfterMs: number): GatewayError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new GatewayError(
    'rate_limit_exceeded',
    `Rate limit exceeded for ${rule}. Limit type: requests. Current limit: ${limit}, Remaining: ${Math.max(0, limit - used)}. Try again in ${seconds} s.`,
    { retryAfterMs, metadata: { rule, limit, used, asked: 1, reset_at: null } satisfies LimitMetadata },
  );
}
