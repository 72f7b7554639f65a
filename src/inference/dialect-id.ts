/** A wire format for one operation. A vocabulary of its own: comparing it with a literal is fine anywhere. */
export type DialectId = 'openai-chat' | 'openai-completions' | 'openai-embeddings';
