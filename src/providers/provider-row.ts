import type { DialectId } from '../inference/index.ts';
import type { QuirkName } from './quirks.ts';

/** What is known of a provider. Everything that elsewhere depends on a provider asks one of these properties. */
export type ProviderRow = {
  /** As people write it. */
  readonly name: string;
  /** null: there is none of its own, the operator gives one. */
  readonly baseUrl: string | null;
  /** The path that belongs after a host given without one. */
  readonly basePath: string;
  readonly auth: 'bearer' | 'none' | 'optional-bearer' | { readonly header: string };
  /** Environment variables that usually hold its key, the preferred one first. */
  readonly variables: readonly string[];
  /** Those variables are often set for other reasons: they switch the provider on only where it is named. */
  readonly ambient: boolean;
  /** Paths after the base URL. */
  readonly speaks: Readonly<Partial<Record<DialectId, string>>>;
  /** `include`: sends a stream's usage when `stream_options.include_usage` asks; `always`: by itself, and may refuse the option. */
  readonly streamUsage: 'include' | 'always';
  /** The field by which a chat's output is limited; `both`: either. */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens' | 'both';
  /** Beginnings, in lower case, of the names of models it makes. */
  readonly makerOf: readonly string[];
  /** Passes calls on to other providers. */
  readonly aggregator: boolean;
  /** Usually runs on the operator's own machines. */
  readonly local: boolean;
  /** Answers in this process: no network, left out of totals. */
  readonly sandbox: boolean;
  /** Its id in @pydantic/genai-prices; null: not there. */
  readonly pricedAs: string | null;
  readonly quirks: readonly QuirkName[];
};
