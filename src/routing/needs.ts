import type { Modality } from '../catalog/index.ts';
import type { TierWish } from '../inference/index.ts';

/** What a request needs of a deployment. */
export type Needs = {
  /** Of the request as it came: each token of a text takes a byte of it at least. */
  readonly inputBytes: number;
  /** Surely no fewer; 0: its bytes do not tell. */
  readonly inputTokens: number;
  /** The client's own output limit; null: none, or one that its dialect wants in every request. */
  readonly outputTokens: number | null;
  /** Besides text. */
  readonly inputs: readonly Modality[];
  readonly outputs: readonly Modality[];
  /** Parameters that it sets, by OpenRouter's names. */
  readonly parameters: readonly string[];
  readonly serviceTier: TierWish;
};
