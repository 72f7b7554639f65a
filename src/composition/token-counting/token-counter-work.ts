import { parentPort } from 'node:worker_threads';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { evenPieces } from '../../metering/index.ts';

export type CountJob = { readonly id: number; readonly texts: readonly string[] };
export type CountResult = { readonly id: number; readonly tokens: number };

/** Marks such as `<|endoftext|>` are letters where a caller writes them; by default they would be refused. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

parentPort?.on('message', ({ id, texts }: CountJob) => {
  let tokens = 0;
  for (const text of texts) {
    for (const piece of evenPieces(text)) tokens += countTokens(piece, AS_TEXT);
  }
  const result: CountResult = { id, tokens };
  parentPort?.postMessage(result);
});
