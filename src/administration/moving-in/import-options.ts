import type { KeyObject } from 'node:crypto';
import type { Calendar, Clock } from '../../std/index.ts';
import type { DirectDatabase } from '../../store/index.ts';
import type { EntryBook } from '../models/model-book.ts';
import type { LitellmCipher } from './litellm-cipher.ts';
import type { LitellmSource } from './litellm-source.ts';
import type { MovedKind } from './moved.ts';

/** What rows that come from LiteLLM are remembered under. */
export const LITELLM = 'litellm';

export type ImportOptions = {
  readonly source: LitellmSource;
  readonly books: DirectDatabase;
  readonly pepper: KeyObject;
  /** A rehearsed one where nothing is to be written. */
  readonly entries: EntryBook;
  readonly cipher: LitellmCipher;
  /** Of the time zone that budgets are counted in. */
  readonly calendar: Calendar;
  readonly clock: Clock;
  /** false: nothing is written, and the report is of what would be. */
  readonly apply: boolean;
  /** Restrictions that the operator does without: `guardrails`. */
  readonly accepted: readonly string[];
  readonly onPage?: ((kind: MovedKind, rows: number) => void) | undefined;
};
