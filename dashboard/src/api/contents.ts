import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** What is kept of requests and answers. */
export type PromptsMode = 'off' | 'redacted' | 'full';

/** One side of a call: JSON, as it came or without what anybody wrote. */
export type ContentSide = {
  readonly body: unknown;
  /** Of all of it, as it came. */
  readonly bytes: number;
  /** Something of it is missing. */
  readonly cut: boolean;
};

export type KeptContent = {
  readonly state: 'kept';
  readonly mode: Exclude<PromptsMode, 'off'>;
  readonly dialect: string;
  readonly request: ContentSide;
  /** null: nobody answered. */
  readonly answer: ContentSide | null;
  /** The same in OpenAI's dialect; null: it cannot be said so. */
  readonly as_chat: { readonly request: unknown; readonly answer: unknown };
};

/** `prompts`: what is kept of calls now. */
export type CallContent =
  | (KeptContent & { readonly prompts: PromptsMode })
  | { readonly state: 'not_kept' | 'withheld'; readonly prompts: PromptsMode };

/** Reading what somebody else said is on the record: it is asked for when it is looked at, and once. */
export const contentQuery = (id: string) =>
  queryOptions({
    queryKey: ['logs', 'content', id],
    queryFn: ({ signal }) => api<CallContent>(`/reports/content/${encodeURIComponent(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
