import type { matrix } from './roles/matrix.ts';

/** What a route does: a line of the matrix. A route without one does not compile. */
export type Action = keyof typeof matrix;
