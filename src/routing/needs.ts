import type { Modality } from '../catalog/index.ts';

/** What a request needs of a deployment. */
export type Needs = {
  /** Surely no fewer; an estimate from bytes. */
  readonly inputTokens: number;
  /** The client's own output limit; null: none. */
  readonly outputTokens: number | null;
  readonly inputs: readonly Modality[];
  readonly outputs: readonly Modality[];
  /** Parameters that it sets, by OpenRouter's names. */
  readonly parameters: readonly string[];
};
