import type { Deployment } from '../../catalog/index.ts';
import type { Strategy } from './strategy.ts';

/**
 * Weighted shuffle: the chance to stand first is weight over the sum of weights. Sorting by -log(u)/w draws without
 * replacement in proportion to w (Efraimidis and Spirakis). Equal weights need no keys: of two hundred deployments a
 * plain shuffle takes an eighth of the time.
 */
export const weighted: Strategy = {
  id: 'weighted',
  order: (deployments, { random }) => {
    const weight = deployments[0]?.weight ?? 0;
    return weight > 0 && deployments.every((deployment) => deployment.weight === weight)
      ? shuffled(deployments, random)
      : drawn(deployments, random);
  },
};

/** Fisher and Yates'. */
function shuffled(deployments: readonly Deployment[], random: () => number): readonly Deployment[] {
  const list = [...deployments];
  for (let last = list.length - 1; last > 0; last--) {
    const place = Math.floor(random() * (last + 1));
    const [one, other] = [list[place], list[last]];
    if (one === undefined || other === undefined) continue;
    list[place] = other;
    list[last] = one;
  }
  return list;
}

function drawn(deployments: readonly Deployment[], random: () => number): readonly Deployment[] {
  return deployments
    .map((deployment) => ({
      deployment,
      key: deployment.weight > 0 ? -Math.log(1 - random()) / deployment.weight : Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => a.key - b.key)
    .map(({ deployment }) => deployment);
}
