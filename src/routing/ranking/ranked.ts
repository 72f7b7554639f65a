import type { Deployment, Model } from '../../catalog/index.ts';
import { type Candidate, tierWords } from '../candidate.ts';
import { knownOnce } from '../known-once.ts';
import type { PlanInput } from '../plan-input.ts';
import type { SortBy } from '../preferences/preferences.ts';
import { strategyOf } from '../strategies/strategies.ts';
import type { Strategy, StrategyContext, StrategyId } from '../strategies/strategy.ts';
import { demerits } from './demerits.ts';
import { inAskedOrder } from './in-asked-order.ts';

export type Passed = { readonly model: Model; readonly deployments: readonly Deployment[] };

/** `exacto` is the usual order, by demerits: those that call tools well in front. */
const SORTED: Readonly<Record<SortBy, StrategyId | null>> = {
  price: 'lowest-price',
  throughput: 'highest-throughput',
  latency: 'lowest-latency',
  exacto: null,
};

/**
 * Lower priority numbers first: they are the operator's word. Within one priority those that meet what the request
 * prefers, then as the strategy says, or what the request sorts by. In front of all that, in its order, what the
 * request's `order` names. A new list.
 */
export function ranked(passed: readonly Passed[], input: PlanInput, halfOpen: readonly Deployment[]): Candidate[] {
  const [one] = passed;
  if (one === undefined) return [];
  const [only] = one.deployments;
  if (passed.length === 1 && one.deployments.length === 1 && only !== undefined)
    return [{ deployment: only, model: one.model, reason: `the only deployment${tierWords(only)}` }];
  const deployments = passed.length === 1 ? one.deployments : passed.flatMap((each) => each.deployments);
  const sorted = input.preferences.sort === null ? null : SORTED[input.preferences.sort];
  const strategy = sorted === null ? input.strategy : strategyOf(sorted);
  const context = contextOf(input);
  const modelOf = modelsOf(passed, one);
  const candidates: Candidate[] = [];
  // What holds of all of a model's deployments holds of those that are left, and is known from one plan to the next.
  const whole = passed.length === 1 ? one.model.deployments : deployments;
  for (const tier of tiersOf(deployments, whole)) {
    for (const { reason, equals } of demerits(tier, whole, input)) {
      const why = `priority ${tier[0]?.priority ?? 1}, ${strategy.id}${reason}`;
      for (const deployment of oneProbeFirst(order(equals, strategy, context), halfOpen))
        candidates.push({ deployment, model: modelOf(deployment), reason: withTier(why, deployment) });
    }
  }
  return input.preferences.order === null ? candidates : inAskedOrder(candidates, input.preferences.order);
}

/** One text for all of them where there are no tiers. */
function withTier(reason: string, deployment: Deployment): string {
  return deployment.tier === undefined ? reason : `${reason}${tierWords(deployment)}`;
}

function order(equals: readonly Deployment[], strategy: Strategy, context: StrategyContext): readonly Deployment[] {
  return equals.length < 2 ? equals : strategy.order(equals, context);
}

/** Member by member: a spread of the whole input costs as much as ordering three deployments. */
function contextOf(input: PlanInput): StrategyContext {
  return {
    stats: input.health.stats,
    load: input.load,
    inputTokens: input.inputTokens,
    outputTokens: input.outputTokens,
    stream: input.stream,
    turn: input.turn,
    options: input.options,
    nowMs: input.nowMs,
    random: input.random,
  };
}

/** A deployment belongs to one model: its id is made of the model's name. */
function modelsOf(passed: readonly Passed[], one: Passed): (deployment: Deployment) => Model {
  if (passed.length === 1) return () => one.model;
  const models = new Map(passed.flatMap(({ model, deployments }) => deployments.map((each) => [each, model] as const)));
  return (deployment) => models.get(deployment) ?? one.model;
}

/** By priority, ascending; most models have one. */
function tiersOf(deployments: readonly Deployment[], whole: readonly Deployment[]): readonly (readonly Deployment[])[] {
  if (deployments.length === 0) return [];
  if (areOfOnePriority(whole)) return [deployments];
  const priorities = [...new Set(deployments.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.map((priority) => deployments.filter((deployment) => deployment.priority === priority));
}

const areOfOnePriority = knownOnce(([one, ...others]: readonly Deployment[]) =>
  others.every(({ priority }) => priority === one?.priority),
);

/**
 * Of those that have rested one stands first, for only a call can tell whether it is well again, and whoever orders by
 * what was measured would not choose it; the others stand behind all that are well. What takes no share takes none here.
 */
function oneProbeFirst(ordered: readonly Deployment[], halfOpen: readonly Deployment[]): readonly Deployment[] {
  if (halfOpen.length === 0 || ordered.length < 2) return ordered;
  const rested = ordered.filter((deployment) => halfOpen.includes(deployment));
  const probe = rested.find(({ weight }) => weight > 0);
  if (rested.length === 0) return ordered;
  const well = ordered.filter((deployment) => !rested.includes(deployment));
  const others = rested.filter((deployment) => deployment !== probe);
  return probe === undefined ? [...well, ...others] : [probe, ...well, ...others];
}
