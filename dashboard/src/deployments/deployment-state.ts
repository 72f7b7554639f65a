import type { DeploymentHealth, LastFailure } from '../api/health.ts';
import type { Tone } from '../app/status-dot.tsx';
import { formatDuration } from '../format/number.ts';
import { formatAgo } from '../format/time.ts';
import { m } from '../messages/index.ts';

const words = m.deployments;

export type Switched = 'off' | 'drain' | 'on';

type Standing = Pick<DeploymentHealth, 'state' | 'put_last' | 'rests_for_ms'>;

/** What is switched by hand goes before what its breaker says. */
export function deploymentState(standing: Standing, switched: Switched | null = null): readonly [Tone, string] {
  if (switched === 'off' || switched === 'drain') return ['quiet', words.states[switched]];
  if (switched === 'on') return ['warn', words.states.on];
  const { state, put_last: isOutlier, rests_for_ms: restsForMs } = standing;
  if (state === 'open') return ['bad', `${words.states.open} ${words.restsFor(formatDuration(restsForMs))}`];
  if (state === 'half-open') return ['warn', words.states[state]];
  return isOutlier ? ['warn', words.outlier] : ['good', words.states.closed];
}

/** "3 minutes ago: it failed, status 503". */
export function failureText({ kind, status, ms_ago: msAgo }: LastFailure): string {
  return words.failed(words.causes[kind], status, formatAgo(-msAgo, 0));
}
