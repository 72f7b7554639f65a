import type { Extensions } from './content.ts';
import type { Usage } from './usage.ts';

/** What a caller asks of an embedding model, in no dialect. null: the client did not say. */
export type EmbeddingRequest = {
  readonly model: string;
  /** Texts, or texts as token numbers. */
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions: number | null;
  /** What the vectors are for, in Cohere's words (`search_query`, `search_document`, `classification`, `clustering`). */
  readonly purpose: string | null;
  /** How the client wants the numbers. */
  readonly encoding: 'float' | 'base64';
  readonly extensions?: Extensions;
};

export type EmbeddingResponse = {
  readonly id: string | null;
  readonly model: string | null;
  /** In the order of the inputs. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage | null;
};
