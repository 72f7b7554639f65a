import type { TokenLogprob } from './chat-response.ts';
import type { Citation, ContentPart, Extensions, Seal } from './content.ts';
import type { FinishReason } from './finish-reason.ts';
import type { Usage } from './usage.ts';

/**
 * What a block holds when it begins. Blocks of text, thought, refusal and tool calls grow by deltas; all others are
 * whole when they begin.
 */
export type BlockStart =
  | { readonly type: 'text'; readonly extensions?: Extensions }
  | { readonly type: 'reasoning'; readonly isSummary: boolean; readonly extensions?: Extensions }
  | { readonly type: 'refusal'; readonly extensions?: Extensions }
  | {
      readonly type: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly kind: 'function' | 'custom';
      readonly namespace: string | null;
      /** Of a call that came whole; `block-end` says it again. */
      readonly seal?: Seal;
      readonly extensions?: Extensions;
    }
  | { readonly type: 'whole'; readonly part: ContentPart };

/**
 * A chat model's answer as it comes, in no dialect. Order: `start`, then blocks (`block-start`, its deltas,
 * `block-end`), `finish` once for each choice, `usage` whenever it is known (the last one counts), `end` last. `block`
 * numbers the blocks of a choice from 0 in the order in which they begin; blocks of one choice do not interleave,
 * except tool calls that an upstream writes side by side. An encoder may be given `finish` before `usage`, and writes
 * its ending at `end`.
 */
export type StreamPart =
  | {
      readonly type: 'start';
      readonly id: string | null;
      readonly model: string | null;
      readonly createdS: number | null;
      readonly serviceTier: string | null;
      readonly extensions?: Extensions;
    }
  | { readonly type: 'block-start'; readonly choice: number; readonly block: number; readonly content: BlockStart }
  /** More of a block's text, thought, refusal or tool input. */
  | { readonly type: 'delta'; readonly choice: number; readonly block: number; readonly text: string }
  | { readonly type: 'citation'; readonly choice: number; readonly block: number; readonly citation: Citation }
  | { readonly type: 'block-end'; readonly choice: number; readonly block: number; readonly seal: Seal | null }
  | { readonly type: 'logprobs'; readonly choice: number; readonly tokens: readonly TokenLogprob[] }
  | {
      readonly type: 'finish';
      readonly choice: number;
      readonly finish: FinishReason;
      readonly stopSequence: string | null;
      readonly extensions?: Extensions;
    }
  /** `serviceTier`: of an upstream that tells only now at which one it has served. */
  | { readonly type: 'usage'; readonly usage: Usage; readonly serviceTier?: string | null }
  /** The upstream broke off with an error event. */
  | { readonly type: 'error'; readonly message: string; readonly code: string | null; readonly status: number | null }
  /** The dialect's terminal event: the answer is whole. */
  | { readonly type: 'end' };
