/** What calls can be told apart by, and the column of `telemetry_usage_subject` that says it. */
export const DIMENSIONS = {
  key: 'key_id',
  user: 'user_id',
  team: 'team_id',
  project: 'project_id',
  organization: 'organization_id',
  customer: 'customer',
  tag: 'tag',
  model: 'model',
  upstream_model: 'upstream_model',
  provider: 'provider',
} as const;

export type Dimension = keyof typeof DIMENSIONS;

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];

const MODELS: readonly Dimension[] = ['model', 'upstream_model', 'provider'];
const PARTIES: readonly Dimension[] = ['key', 'user', 'team', 'project', 'organization'];

/**
 * One sum of calls for each combination of some dimensions. Small ones are for the questions that are asked most; what
 * they cannot answer, a larger one does. A key seldom belongs to several of the other parties, so all of them together
 * are hardly more rows than keys alone.
 */
export type Cube = {
  /** Part of the rows. */
  readonly number: number;
  readonly dimensions: readonly Dimension[];
  /** Calls without one are not in it; null: all calls are. */
  readonly of: Dimension | null;
};

/** Smallest first. */
export const CUBES: readonly Cube[] = [
  { number: 0, dimensions: MODELS, of: null },
  { number: 1, dimensions: ['organization', ...MODELS], of: 'organization' },
  { number: 2, dimensions: ['team', ...MODELS], of: 'team' },
  { number: 3, dimensions: ['project', ...MODELS], of: 'project' },
  { number: 4, dimensions: ['user', ...MODELS], of: 'user' },
  { number: 5, dimensions: [...PARTIES, ...MODELS], of: null },
  { number: 6, dimensions: ['tag', ...PARTIES, ...MODELS], of: 'tag' },
  { number: 7, dimensions: ['customer', ...PARTIES, ...MODELS], of: 'customer' },
];

/** The smallest that can tell all of these apart; null: none can. */
export function cubeFor(wanted: Iterable<Dimension>): Cube | null {
  const dimensions = [...wanted];
  return CUBES.find((cube) => dimensions.every((each) => cube.dimensions.includes(each))) ?? null;
}
