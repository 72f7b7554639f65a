import type { VirtualKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Pot, walletOf } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';
import type { Rooms } from './rooms.ts';

/** How the organization of a call pays for it, besides all budgets. */
export type Paying =
  /** By its budgets, or there is none. */
  | { readonly kind: 'metered' }
  /** By what it has. */
  | { readonly kind: 'prepaid'; readonly wallet: Pot }
  /** Not at all: only what costs nothing passes. */
  | { readonly kind: 'free'; readonly organizationId: string };

const METERED: Paying = { kind: 'metered' };

export function payingOf({ caller }: VirtualKey, { keys, holds }: Pick<Rooms, 'keys' | 'holds'>): Paying {
  const { organizationId } = caller;
  const pays = organizationId === null ? undefined : keys.party('organization', organizationId)?.settings.pays;
  if (organizationId === null || pays === undefined || pays === 'metered') return METERED;
  return pays === 'free'
    ? { kind: 'free', organizationId }
    : { kind: 'prepaid', wallet: holds.walletFor(walletOf(organizationId)) };
}

/** `asked`: what the call may cost, nanodollars; null: unknown. */
export function onlyFreeModels(organizationId: string, model: string, asked: bigint | null): GatewayError {
  const cost = asked === null ? 'has no price' : `may cost up to ${formatUsd(asked)} USD here`;
  return new GatewayError(
    'insufficient_quota',
    `The organization '${organizationId}' may call free models only, whose price is 0, and '${model}' ${cost}. ` +
      'Call a free model, or let the organization pay.',
    {
      param: 'model',
      metadata: {
        rule: `organization:${organizationId}`,
        limit: '0',
        used: '0',
        asked: asked === null ? 'unknown' : formatUsd(asked),
        reset_at: null,
        limit_source: 'openrouter_credits',
      },
    },
  );
}
