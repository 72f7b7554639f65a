import type { VirtualKey } from '../../access/index.ts';
import type { Model } from '../../catalog/index.ts';
import { freeInPot, type Pot } from '../../ledger/index.ts';
import { mayClampIn, type OpenPurses } from '../../limits/index.ts';
import { boundOfModel, isOpenEnded, LEAST_CLAMPED_OUTPUT, outputFor } from '../bound-of.ts';
import type { Exchange } from '../exchange.ts';
import { limitedCall, type PartyRooms } from '../limited-call.ts';
import { momentOf, type Rooms } from '../rooms.ts';

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

/** Nothing is held. Of several budgets the one with the least that is free is shown: it decides. */
export function holdVerdict(
  exchange: Exchange,
  model: Model,
  key: VirtualKey,
  rooms: Pick<Rooms, 'admissions' | 'clock'> & PartyRooms,
): HoldVerdict {
  const asked = boundOfModel(exchange, model);
  const { purses, pots, isHard } = pursesOf(exchange, key, rooms);
  const [tightest] = [...pots].sort((one, other) => freeInPot(one) - freeInPot(other));
  if (tightest === undefined || !isHard)
    return { asked, budget: tightest === undefined ? null : shown(tightest), outcome: 'passes', maxOutputTokens: null };
  const mayClamp = mayClampIn({ purses, pots, isHard }, Number(asked ?? 0n)) && isOpenEnded(exchange.request);
  return { asked, budget: shown(tightest), ...outcomeIn(tightest, asked, mayClamp, exchange, model) };
}

function pursesOf(
  exchange: Exchange,
  key: VirtualKey,
  rooms: Pick<Rooms, 'admissions' | 'clock'> & PartyRooms,
): OpenPurses {
  return rooms.admissions.pursesOf(limitedCall(exchange, key, rooms), momentOf(rooms));
}

function outcomeIn(
  pot: Pot,
  asked: bigint | null,
  mayClamp: boolean,
  exchange: Exchange,
  model: Model,
): Pick<HoldVerdict, 'outcome' | 'maxOutputTokens'> {
  if (asked === null) return { outcome: 'price_unknown', maxOutputTokens: null };
  if (freeInPot(pot) >= Number(asked)) return { outcome: 'passes', maxOutputTokens: null };
  const half = BigInt(Math.max(0, Math.floor(freeInPot(pot) / 2)));
  const tokens = mayClamp ? outputFor(half, exchange, model) : 0;
  if (tokens < LEAST_CLAMPED_OUTPUT) return { outcome: 'exceeded', maxOutputTokens: null };
  return { outcome: 'clamped', maxOutputTokens: tokens };
}

function shown(pot: Pot): NonNullable<HoldVerdict['budget']> {
  const { id, limit, posted, postedElsewhere, held } = pot;
  return { pot: id, limit, used: posted + postedElsewhere, held, free: freeInPot(pot) };
}
