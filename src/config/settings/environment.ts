import type { Environment } from '../reading/reading.ts';

/** The one place that touches the variables of the process. A copy: what changes later is not seen. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
