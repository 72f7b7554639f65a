import type { Deployment, Model } from '../../catalog/index.ts';
import {
  type Needs,
  type Plan,
  type PlanInput,
  type Preference,
  plan,
  type SessionKey,
  strategyOf,
} from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';

/** Which deployments these models have for the exchange now, in what order, and why each other one is left out. */
export function makePlan(models: readonly Model[], exchange: Exchange, rooms: PlanningRooms): Plan {
  const made = plan(planInputOf(models, exchange, rooms));
  exchange.plans.push(made);
  return made;
}

/** What a plan is made from, and of whom. */
export type PlanningRooms = Pick<Rooms, 'policies' | 'clock' | 'random' | 'health' | 'slots' | 'affinity' | 'turns'>;

export function planInputOf(models: readonly Model[], exchange: Exchange, rooms: PlanningRooms): PlanInput {
  const { endpointOf, routing } = rooms.policies();
  const [model] = models;
  const nowMs = rooms.clock.monotonicMs();
  return {
    models,
    dialect: exchange.dialect.id,
    preferred: model === undefined ? null : preferenceOf(model, exchange, rooms),
    speaks: (deployment, dialect) => endpointOf(deployment, dialect) !== null,
    preferences: exchange.preferences,
    needs: () => needsOf(exchange),
    strategy: strategyOf(routing.strategy),
    health: rooms.health,
    load: (deployment) => ({ inFlight: rooms.health.inFlight(deployment), ...rooms.slots.used(deployment.id, nowMs) }),
    inputTokens: inputTokensOf(exchange),
    outputTokens: exchange.request?.maxOutput ?? USUAL_OUTPUT_TOKENS,
    stream: exchange.request?.stream === true,
    turn: model === undefined ? 0 : rooms.turns.next(model.name),
    options: routing.strategyOptions,
    nowMs,
    random: rooms.random,
  };
}

/** What an answer without a limit is reckoned with where only the order depends on it. */
const USUAL_OUTPUT_TOKENS = 500;

function needsOf(exchange: Exchange): Needs {
  return {
    inputTokens: inputTokensOf(exchange),
    outputTokens: exchange.request?.maxOutput ?? null,
    inputs: [],
    outputs: [],
    parameters: [],
  };
}

function inputTokensOf({ request }: Exchange): number {
  return Math.ceil((request?.bytes.length ?? 0) / 4);
}

/** What knows the stored response, else what answered the session last. */
function preferenceOf(model: Model, exchange: Exchange, { affinity, clock }: PlanningRooms): Preference | null {
  const made = exchange.recalled?.deployment ?? null;
  if (made !== null) return { deployment: made, reason: 'made the response that this one continues', outranks: true };
  const key = model.deployments.length > 1 ? sessionOf(model, exchange) : null;
  const deployment = key === null ? null : affinity.find(key, clock.monotonicMs());
  return deployment === null ? null : { deployment, reason: 'answered this session last', outranks: false };
}

export function stayWith({ id }: Deployment, model: Model, exchange: Exchange, { affinity, clock }: Rooms): void {
  const key = model.deployments.length > 1 ? sessionOf(model, exchange) : null;
  if (key !== null) affinity.remember(key, id, clock.monotonicMs());
}

function sessionOf({ name }: Model, { key, sessionId }: Exchange): SessionKey | null {
  return key === null || sessionId === null ? null : { keyId: key.caller.keyId, sessionId, model: name };
}
