import type { Citation, TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

/** Takes an event of the stream; its sequence number is given where it is taken. */
export type Emit = (type: string, members: JsonObject) => void;

export type ItemStatus = 'completed' | 'incomplete';

/** Where an item stands in the answer, and how it is told of. */
export type Place = { readonly id: string; readonly index: number; readonly emit: Emit };

/** An item of the answer that is still being made. */
export type OpenItem = {
  readonly delta: (text: string, logprobs: readonly TokenLogprob[]) => void;
  readonly cite: (citation: Citation) => void;
  /** The item as it is in the answer. */
  readonly close: (status: ItemStatus) => JsonObject;
};
