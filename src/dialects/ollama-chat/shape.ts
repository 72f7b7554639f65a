import type { DialectId } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asObject } from '../loosely.ts';

/** What a model said, in whichever member the operation has for it. */
export type Said = {
  readonly content?: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly JsonObject[];
};

/** Chat and generate answer alike but for where the text stands. */
export type OllamaShape = {
  readonly dialect: DialectId;
  /** null: the object is no answer. */
  readonly read: (body: JsonObject) => JsonObject | null;
  readonly write: (said: Said) => JsonObject;
};

export const chatShape: OllamaShape = {
  dialect: 'ollama-chat',
  read: (body) => asObject(body['message']),
  write: ({ content = '', ...rest }) => ({ message: { role: 'assistant', content, ...rest } }),
};

export const generateShape: OllamaShape = {
  dialect: 'ollama-generate',
  read: (body) =>
    typeof body['response'] === 'string'
      ? { content: body['response'], thinking: body['thinking'], tool_calls: body['tool_calls'] }
      : null,
  write: ({ content = '', ...rest }) => ({ response: content, ...rest }),
};
