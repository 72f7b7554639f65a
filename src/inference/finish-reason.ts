/** Why an answer ended; `raw` is the provider's own word. */
export type FinishReason = {
  readonly unified: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';
  readonly raw: string | null;
};
