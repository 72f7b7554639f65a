import type { TimeWindow } from '../std/index.ts';

/** `usd` is decimal text, for this is printed as JSON. */
export type BudgetConfiguration = {
  readonly usd: string;
  readonly window: TimeWindow;
  readonly policy: 'clamp' | 'reject' | 'soft';
  /** null: none. */
  readonly softUsd: string | null;
};

export type RateConfiguration = {
  readonly measure: 'requests' | 'tokens' | 'input_tokens' | 'output_tokens' | 'parallel';
  /** null: calls at the same time. */
  readonly per: 'minute' | 'hour' | 'day' | null;
  readonly limit: number;
};

export type AllowanceConfiguration = {
  readonly budgets: readonly BudgetConfiguration[];
  readonly limits: readonly RateConfiguration[];
};
