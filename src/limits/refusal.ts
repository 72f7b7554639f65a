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
  const resetsAtMs = purse === null ? null : resetOf(purse.span);
  const resetAt = resetsAtMs === null ? null : new Date(resetsAtMs).toISOString();
  const named = purse === null ? `'${refusal.pot}'` : `'${purse.rule}' (${purse.window.name})`;
  return exceeded(refusal, {
    purse,
    rule: purse?.rule ?? refusal.pot,
    window: purse?.window.name ?? 'total',
    resetAt,
    source: (purse === null ? undefined : LIMIT_SOURCES[purse.kind]) ?? OTHER_SOURCE,
    whose: `budget ${named} has`,
    hint: resetAt === null ? 'it does not reset' : `it resets at ${resetAt}`,
    remedy: 'Lower max_tokens, or raise the budget.',
  });
}

/** Of a prepaid organization, more than it has. */
export function creditsExceeded(refusal: HoldRefusal): GatewayError {
  return exceeded(refusal, {
    purse: null,
    rule: refusal.pot,
    window: 'total',
    resetAt: null,
    source: 'openrouter_credits',
    whose: `credits of '${refusal.pot}' have`,
    hint: 'they do not reset',
    remedy: 'Lower max_tokens, or add credits.',
  });
}

type Told = {
  /** Whose budget it is; null: it is none. */
  readonly purse: Purse | null;
  readonly rule: string;
  readonly window: string;
  readonly resetAt: string | null;
  readonly source: string;
  readonly whose: string;
  readonly hint: string;
  readonly remedy: string;
};

function exceeded(refusal: HoldRefusal, told: Told): GatewayError {
  const { purse, rule, window, resetAt, source, whose, hint, remedy } = told;
  const usd = (nano: number): string => formatUsd(BigInt(nano));
  const [limit, used, held, asked] = [refusal.limit, refusal.used, refusal.held, refusal.asked].map(usd);
  const free = usd(Math.max(0, refusal.limit - refusal.used - refusal.held));
  return new GatewayError(
    'insufficient_quota',
    `${litellmSentence(purse, used ?? '', limit ?? '')} The ${whose} ${free} USD free ` +
      `(${held} USD is held by calls in flight) and this call may cost up to ${asked} USD; ${hint}. ${remedy}`,
    {
      metadata: {
        rule,
        limit: limit ?? '',
        used: used ?? '',
        held: held ?? '',
        asked: asked ?? '',
        window,
        reset_at: resetAt,
        limit_source: source,
        reason: reasonOf(refusal),
      } satisfies LimitMetadata,
    },
  );
}

function reasonOf({ limit, used, held, asked }: HoldRefusal): LimitMetadata['reason'] {
  return held > 0 && limit - used >= asked ? 'in_flight_budget_exhausted' : 'weight_exceeds_budget';
}

/** Whose budget it is, in LiteLLM's words; nothing for those that it says nothing of. */
const WHOSE: Readonly<Partial<Record<ScopeKind, (id: string, further: string) => string>>> = {
  team: (id) => `Team=${id} `,
  organization: (id) => `Organization=${id} `,
  project: (id) => `Project=${id} `,
  tag: (id) => `Tag=${id} `,
  member: (team, user) => `User=${user} in Team=${team} `,
  organization_member: (organization, user) => `User=${user} in Organization=${organization} `,
};

const OVER_BUDGET: Readonly<Partial<Record<ScopeKind, string>>> = { user: 'User', customer: 'End User' };

function litellmSentence(purse: Purse | null, used: string, limit: string): string {
  const [id = '', further = ''] = purse === null ? [] : idsIn(purse.rule);
  const word = purse === null ? undefined : OVER_BUDGET[purse.kind];
  if (word !== undefined) return `ExceededBudget: ${word}=${id} over budget. Spend=${used}, Budget=${limit}.`;
  const whose = purse === null ? '' : (WHOSE[purse.kind]?.(id, further) ?? '');
  return `Budget has been exceeded! ${whose}Current cost: ${used}, Max budget: ${limit}.`;
}

/** Those of `member:payments,alice` or `key:a1B2c3/model:gpt-4o`, as pots are named by them. */
function idsIn(rule: string): readonly string[] {
  const path = rule.slice(rule.indexOf(':') + 1);
  return (path.split('/')[0] ?? '').split(',');
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
