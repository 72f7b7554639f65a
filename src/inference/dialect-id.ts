/** A wire format for one operation. A vocabulary of its own: comparing it with a literal is fine anywhere. */
export type DialectId =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-embeddings'
  | 'openai-responses'
  | 'openai-compact'
  | 'anthropic-messages'
  | 'gemini-generate'
  | 'gemini-embed'
  | 'gemini-batch-embed'
  | 'bedrock-converse'
  | 'bedrock-invoke'
  | 'cohere-chat'
  | 'cohere-embed'
  | 'ollama-chat'
  | 'ollama-generate'
  | 'ollama-embed';
