import type { OperatorModel } from './input.ts';
import type { Deployment, Model } from './model.ts';

/**
 * As much of a model as callers of this team may call: what is the team's own, else what is everybody's. The same object
 * where nothing of it is a team's; null: nothing is left.
 */
export function forTeam(model: Model, teamId: string | null): Model | null {
  if (!model.deployments.some(isTeams)) return model;
  const own = model.deployments.filter(({ team }) => team !== undefined && team === teamId);
  const deployments = own.length > 0 ? own : model.deployments.filter((deployment) => !isTeams(deployment));
  return deployments.length === 0 ? null : { ...model, deployments };
}

/** The names all of whose deployments are some team's. */
export function ownedByTeams(models: readonly OperatorModel[]): ReadonlyMap<string, readonly string[]> {
  const owned = models.flatMap(({ name, deployments }) => {
    const teams = deployments.flatMap(({ team }) => team ?? []);
    return teams.length === 0 || teams.length < deployments.length ? [] : [[name, teams] as const];
  });
  return new Map(owned);
}

function isTeams({ team }: Pick<Deployment, 'team'>): boolean {
  return team !== undefined;
}
