import type { VirtualKey } from '../../access/index.ts';
import type { Model } from '../../catalog/index.ts';
import { freeInPot, type Pot } from '../../ledger/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import { affordableOutput, boundOf, LEAST_CLAMPED_OUTPUT, largest, mayClamp } from '../settle.ts';

/** Whether the call's money would be held; amounts in nanodollars. */
export type HoldVerdict = {
  /** The worst charge of the dearest deployment; null: none of them has a price. */
  readonly asked: bigint | null;
  /** null: the caller has no budget. */
  readonly budget: {
    readonly pot: string;
    readonly limit: number;
    readonly used: number;
    readonly held: number;
    readonly free: number;
  } | null;
  /** `clamped`: with a lower output limit than the client might expect, `maxOutputTokens`. */
  readonly outcome: 'passes' | 'clamped' | 'exceeded' | 'price_unknown';
  readonly maxOutputTokens: number | null;
};

/** Nothing is held. */
export function holdVerdict(
  exchange: Exchange,
  model: Model,
  key: VirtualKey,
  { admissions }: Pick<Rooms, 'admissions'>,
): HoldVerdict {
  const bounds = model.deployments.map((each) => boundOf(exchange, each)).filter((bound) => bound !== null);
  const asked = bounds.length === 0 ? null : largest(bounds);
  const pot = admissions.potOf({
    keyId: key.caller.keyId,
    rpm: key.rpmLimit,
    maxBudgetNanoUsd: key.caller.kind === 'master' ? null : key.maxBudgetNanoUsd,
  });
  if (pot === null) return { asked, budget: null, outcome: 'passes', maxOutputTokens: null };
  return { asked, budget: shown(pot), ...outcomeIn(pot, asked, exchange, model) };
}

function outcomeIn(
  pot: Pot,
  asked: bigint | null,
  exchange: Exchange,
  model: Model,
): Pick<HoldVerdict, 'outcome' | 'maxOutputTokens'> {
  if (asked === null) return { outcome: 'price_unknown', maxOutputTokens: null };
  if (freeInPot(pot) >= Number(asked)) return { outcome: 'passes', maxOutputTokens: null };
  const tokens = mayClamp(exchange.request) ? affordableOutput(exchange, model, [pot]) : 0;
  if (tokens < LEAST_CLAMPED_OUTPUT) return { outcome: 'exceeded', maxOutputTokens: null };
  return { outcome: 'clamped', maxOutputTokens: tokens };
}

function shown(pot: Pot): NonNullable<HoldVerdict['budget']> {
  const { id, limit, posted, postedElsewhere, held } = pot;
  return { pot: id, limit, used: posted + postedElsewhere, held, free: freeInPot(pot) };
}
