import type { VirtualKey } from '../../access/index.ts';
import type { FallbackCause, Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Explanation, explainPlan, type Needs, type Plan, type PlanInput } from '../../routing/index.ts';
import { refuseUnusable } from '../authenticate.ts';
import type { Exchange } from '../exchange.ts';
import { heedCustomer } from '../heed-customer.ts';
import type { PartyRooms } from '../limited-call.ts';
import { madeFor } from '../made-for.ts';
import { namesFor } from '../planning/fallback-models.ts';
import { findAsked, preferencesOf } from '../planning/find-asked.ts';
import { findModel } from '../planning/find-model.ts';
import { type PlanningRooms, planFrom, planInput } from '../planning/make-plan.ts';
import { unavailableError } from '../planning/unavailable-error.ts';
import { recall } from '../remember.ts';
import type { Rooms } from '../rooms.ts';
import { type HoldVerdict, holdVerdict } from './hold-verdict.ts';

export type ExplainingRooms = PlanningRooms & PartyRooms & Pick<Rooms, 'admissions' | 'conversations'>;

/** How a call would be routed now. */
export type CallExplanation = Explanation & {
  readonly exchange: Exchange;
  readonly key: VirtualKey;
  readonly model: Model;
  readonly strategy: PlanInput['strategy']['id'];
  readonly needs: Needs;
  /** Tokens that prices and limits are reckoned with. */
  readonly expected: { readonly inputTokens: number; readonly outputTokens: number };
  /** Models that would be tried after that failure of all candidates. */
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  readonly hold: HoldVerdict;
  /** What the caller would be told at once, for lack of candidates; null: there are some. */
  readonly refusal: GatewayError | null;
};

/**
 * Reads the exchange's request and plans it as `serve` would for the holder of the key. Nothing is sent, held, counted
 * or recorded. Throws what the caller of such a request would be refused with.
 */
export async function explainCall(
  exchange: Exchange,
  key: VirtualKey,
  rooms: ExplainingRooms,
): Promise<CallExplanation> {
  const model = await readCall(exchange, key, rooms);
  return explainModels([model, exchange.furtherModels], exchange, key, rooms);
}

/** The asked model, and those that the request names beside it. */
export type AskedModels = readonly [asked: Model, further: readonly Model[]];

/** How a call that has been read would be routed among these models. */
export function explainModels(
  [model, further]: AskedModels,
  exchange: Exchange,
  key: VirtualKey,
  rooms: ExplainingRooms,
): CallExplanation {
  const { input, made } = planUnsent([model, ...further], exchange, rooms);
  const { inputTokens, outputTokens, strategy } = input;
  return {
    exchange,
    key,
    model,
    strategy: strategy.id,
    needs: input.needs(),
    expected: { inputTokens, outputTokens },
    ...explainPlan(made, input),
    fallbacks: fallbacksOf(exchange, model, key, rooms),
    hold: holdVerdict(exchange, model, key, rooms),
    refusal: made.candidates.length > 0 ? null : unavailableError(model, made, rooms),
  };
}

/** The plan that the call would have, without taking its turn. */
export function planUnsent(
  models: readonly Model[],
  exchange: Exchange,
  rooms: ExplainingRooms,
): { readonly input: PlanInput; readonly made: Plan } {
  const input = planInput(models, exchange, { ...rooms, turns: { ...rooms.turns, next: rooms.turns.peek } });
  return { input, made: planFrom(input, exchange, rooms) };
}

/** The stages before money is held: who asks, for what, of which model. */
export async function readCall(exchange: Exchange, key: VirtualKey, rooms: ExplainingRooms): Promise<Model> {
  refuseUnusable(key, rooms.clock.nowMs());
  exchange.key = key;
  exchange.request = exchange.dialect.readRequest(await exchange.readBody(), exchange.address);
  exchange.madeFor = madeFor(exchange, key);
  exchange.preferences = preferencesOf(exchange, exchange.request, key);
  heedCustomer(exchange, exchange.request, rooms);
  exchange.sessionId ??= exchange.sessionInBody(exchange.request.body, exchange.requestHeaders);
  if (exchange.dialect.threading !== null) await recall(exchange, rooms);
  return findAsked(exchange, exchange.request, key, rooms);
}

/** Those that the caller may use: the others are passed over, and their names are no business of its. */
function fallbacksOf(exchange: Exchange, model: Model, { caller }: VirtualKey, rooms: ExplainingRooms) {
  const { preferences } = exchange;
  if (preferences.disableFallbacks) return {};
  const causes = Object.keys({ ...model.fallbacks, ...preferences.fallbacks }) as FallbackCause[];
  return Object.fromEntries(causes.map((cause) => [cause, namesFor(model, cause, exchange).filter(isOffered)]));

  function isOffered(name: string): boolean {
    try {
      return findModel(name, caller, rooms) !== null;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }
}
