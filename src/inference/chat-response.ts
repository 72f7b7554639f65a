import type { ContentPart, Extensions } from './content.ts';
import type { FinishReason } from './finish-reason.ts';
import type { Usage } from './usage.ts';

export type TokenLogprob = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes: readonly number[] | null;
  }[];
};

/** One answer of those asked for. */
export type Choice = {
  readonly index: number;
  readonly content: readonly ContentPart[];
  readonly finish: FinishReason;
  /** Which of the caller's stop sequences ended it; null: none, or unknown. */
  readonly stopSequence: string | null;
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly extensions?: Extensions;
};

/** A chat model's whole answer, in no dialect. */
export type ChatResponse = {
  /** The upstream's; null: it gave none. */
  readonly id: string | null;
  readonly model: string | null;
  /** Epoch seconds; null: not said. */
  readonly createdS: number | null;
  readonly choices: readonly Choice[];
  readonly usage: Usage | null;
  readonly serviceTier: string | null;
  readonly extensions?: Extensions;
};
