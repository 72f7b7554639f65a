import type { Deployment, Model } from '../../catalog/index.ts';
import { type Needs, type Plan, type PlanInput, type Preference, plan, strategyOf } from '../../routing/index.ts';
import { isJsonObject } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import { readNeeds } from './read-needs.ts';
import { conversationAt } from './stay.ts';
import { heedingSearch } from './wishes.ts';

/** What the plans without a candidate were made from, for whoever has to say why. */
const inputs = new WeakMap<Plan, PlanInput>();

/** Which deployments these models have for the exchange now, in what order, and why each other one is left out. */
export function makePlan(models: readonly Model[], exchange: Exchange, rooms: PlanningRooms): Plan {
  const made = planFrom(planInput(models, exchange, rooms), exchange, rooms);
  exchange.plans.push(made);
  return made;
}

/** Throws a GatewayError (400) where the request asks for what none of those that would do can. */
export function planFrom(input: PlanInput, exchange: Exchange, { policies }: PlanningRooms): Plan {
  const { endpointOf } = policies();
  const made = heedingSearch(plan(input), exchange, (deployment) => endpointOf(deployment, exchange.dialect.id));
  if (made.candidates.length === 0) inputs.set(made, input);
  return made;
}

/** As much of the rooms as a plan is made from. */
export type PlanningRooms = Pick<Rooms, 'policies' | 'clock' | 'random' | 'health' | 'slots' | 'affinity' | 'turns'>;

/** null: the plan has candidates. */
export function inputOfEmpty(made: Plan): PlanInput | null {
  return inputs.get(made) ?? null;
}

/** What a plan of these models is made from now: with it, `explainPlan` tells the numbers behind a plan. */
export function planInput(models: readonly Model[], exchange: Exchange, rooms: PlanningRooms): PlanInput {
  const { endpointOf, routing, teamCredentials = NOBODYS } = rooms.policies();
  const caller = exchange.key?.caller ?? null;
  const [model] = models;
  const nowMs = rooms.clock.monotonicMs();
  const isAlone = model === undefined || model.deployments.length < 2;
  // Member by member: a spread makes of it an object that is looked up by name.
  return {
    models,
    dialect: exchange.dialect.id,
    preferred: model === undefined ? null : preferenceOf(model, exchange, rooms),
    session: sessionOf(exchange),
    speaks: (deployment, dialect) => endpointOf(deployment, dialect) !== null,
    preferences: exchange.preferences,
    denies: exchange.foreignCredential === null ? deniesKeyless : null,
    passesOn: (_, preference) => isInBody(preference, exchange),
    tagging: routing.tagging ?? 'off',
    userAgent: exchange.userAgent,
    policies: caller?.policies ?? NO_POLICIES,
    ownCredentials: caller?.credentials ?? NO_CREDENTIALS,
    teamCredentials: caller?.kind === 'master' ? NOBODYS : teamCredentials,
    needs: () => needsOf(exchange),
    strategy: strategyOf(routing.strategy),
    ifOthers: ifOthersOf(rooms, nowMs),
    health: rooms.health,
    load: (deployment) => ({ inFlight: rooms.health.inFlight(deployment), ...rooms.slots.used(deployment.id, nowMs) }),
    inputTokens: inputTokensOf(exchange),
    outputTokens: exchange.request?.maxOutput ?? USUAL_OUTPUT_TOKENS,
    stream: exchange.request?.stream === true,
    turn: isAlone ? 0 : rooms.turns.next(model.name),
    options: routing.strategyOptions,
    nowMs,
    random: rooms.random,
  };
}

/** null where probes leave nobody out, which is usual. */
function ifOthersOf({ policies, health }: PlanningRooms, nowMs: number): NonNullable<PlanInput['ifOthers']> | null {
  const leavesOut = policies().probes?.leavesOut ?? null;
  if (leavesOut === null) return null;
  return (deployment) => {
    const failedMs = health.failedProbeMs(deployment);
    return failedMs === null || nowMs - failedMs > leavesOut.staleMs ? null : FAILED_PROBE;
  };
}

const FAILED_PROBE = 'its last probe failed, and others are well';

const NO_POLICIES: NonNullable<PlanInput['policies']> = [];
const NO_CREDENTIALS: NonNullable<PlanInput['ownCredentials']> = {};
const NOBODYS: ReadonlySet<string> = new Set();

function deniesKeyless({ needsCallerKey, provider }: Deployment): string | null {
  return needsCallerKey ? `it is called with the caller's own key for ${provider}, and the request carries none` : null;
}

/** What the request itself says goes on to a provider that routes by it; what its key or its headers say does not. */
function isInBody(preference: string, { request }: Exchange): boolean {
  const said = request?.body['provider'];
  return isJsonObject(said) && said[preference] !== undefined && said[preference] !== null;
}

/** What an answer without a limit is reckoned with where only the order depends on it. */
const USUAL_OUTPUT_TOKENS = 500;

function needsOf(exchange: Exchange): Needs {
  exchange.needs ??= readNeeds(exchange);
  return exchange.needs;
}

function inputTokensOf({ request }: Exchange): number {
  return Math.ceil((request?.bytes.length ?? 0) / 4);
}

/** Worked out with the preference before it; a conversation without a name stays nowhere before a cache was hit. */
function sessionOf({ conversation }: Exchange): string | null {
  return conversation?.isNamed === true ? `${conversation.key.keyId}\n${conversation.key.sessionId}` : null;
}

/** What knows the stored response, else what has the conversation's beginning in its cache. */
function preferenceOf(model: Model, exchange: Exchange, rooms: PlanningRooms): Preference | null {
  const made = exchange.recalled?.deployment ?? null;
  if (made !== null) return { deployment: made, reason: 'made the response that this one continues', outranks: true };
  const deployment = conversationAt(model, exchange, rooms);
  return deployment === null ? null : { deployment, reason: 'answered this session last', outranks: false };
}
