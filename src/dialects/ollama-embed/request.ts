import { type FieldRules, isInteger, isObject, isTextOrList } from '../fields.ts';
import { readerOf } from '../openai-embeddings/received.ts';

const RULES: FieldRules = [
  ['input', isTextOrList],
  ['dimensions', isInteger(0, 1e6)],
  ['options', isObject],
];

export const readEmbedRequest = readerOf('ollama-embed', 'input', RULES);
