import type { DialectId, OpenAiExtra, RequestBounds, RoutingFamily } from '../inference/index.ts';
import type { QuirkName } from './quirks.ts';

/** How a key is sent: as a bearer, in a header of its own, or not at all. */
export type KeyPlace = 'bearer' | 'none' | 'optional-bearer' | { readonly header: string };

/** Where one dialect is spoken at a provider; `{model}` in a path stands for the upstream model's name, encoded. */
export type Operation = {
  /** After the base URL. */
  readonly path: string;
  /** Where streams have an address of their own. */
  readonly streamPath?: string;
  /** Where a request's tokens are counted, written as `path` is. Unsaid: nowhere. */
  readonly countPath?: string;
  /** Instead of the row's path, where this API lives beside it: `/v1beta` and not `/v1beta/openai`. */
  readonly basePath?: string;
  /** Its SDKs add the version to whatever base URL they are given: a path without one gets the row's. */
  readonly isVersioned?: boolean;
  /** Instead of the row's way to send a key. */
  readonly auth?: KeyPlace;
  readonly headers?: Readonly<Record<string, string>>;
  /** The upstream models that are spoken to in this way; without it: all. */
  readonly models?: RegExp;
  /** Models that this API has under another path than the others. */
  readonly elsewhere?: { readonly models: RegExp; readonly basePath: string };
  /** Members of the body that this address wants otherwise: put in, or, null, left out. */
  readonly members?: Readonly<Record<string, string | null>>;
  /** The dialect that carries this one there: headers go into the body, events are packed, refusals in its words. */
  readonly carrier?: 'bedrock-invoke';
  /** Where it lies for a credential that names a dated version of the API. */
  readonly dated?: { readonly path: string; readonly basePath: string };
};

/** An option of the credential that stands in addresses as `{region}`, `{project}`, … */
export type AddressPart = {
  readonly option: 'region' | 'project' | 'location' | 'resource' | 'api_version';
  /** Environment variables that usually hold it, the preferred one first. */
  readonly variables: readonly string[];
  readonly needed: 'always' | 'without-base-url' | 'never';
};

/** Who signs the calls of a credential that holds no key. */
export type Signing =
  | { readonly by: 'aws'; readonly service: string }
  | { readonly by: 'google' }
  /** `resource`: what tokens are asked for. */
  | { readonly by: 'azure'; readonly resource: string };

/** What is known of a provider. Everything that elsewhere depends on a provider asks one of these properties. */
export type ProviderRow = {
  /** As people write it. */
  readonly name: string;
  /** null: there is none of its own, the operator gives one. May hold address parts. */
  readonly baseUrl: string | null;
  /** Base URLs of regions or locations whose host is made otherwise. */
  readonly baseUrlsElsewhere: readonly { readonly place: RegExp; readonly baseUrl: string }[];
  readonly addressParts: readonly AddressPart[];
  /** null: whoever has no key sends none. */
  readonly signing: Signing | null;
  /** The path that belongs after a host given without one. */
  readonly basePath: string;
  readonly auth: KeyPlace;
  /** Environment variables that usually hold its key, the preferred one first. */
  readonly variables: readonly string[];
  /** Those variables are often set for other reasons: they switch the provider on only where it is named. */
  readonly ambient: boolean;
  /**
   * Its operations by dialect, a path alone or with what is special. Of several dialects of one kind the first is the
   * one that requests in other dialects are translated to.
   */
  readonly speaks: Readonly<Partial<Record<DialectId, string | Operation>>>;
  /** `include`: sends a stream's usage when `stream_options.include_usage` asks; `always`: by itself, and may refuse the option. */
  readonly streamUsage: 'include' | 'always';
  /** The field by which a chat's output is limited; `both`: either. */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens' | 'both';
  /** Beginnings, in lower case, of the names of models it makes. */
  readonly makerOf: readonly string[];
  /** Passes calls on to other providers. */
  readonly aggregator: boolean;
  /** A gateway that routes by these words itself: they go on to it, but for what names models of ours. */
  readonly routesBy: RoutingFamily | null;
  /** Usually runs on the operator's own machines. */
  readonly local: boolean;
  /** Answers in this process: no network, left out of totals. */
  readonly sandbox: boolean;
  /** How keys begin that are tokens of a subscription, and go as a bearer whatever `auth` says; null: none do. */
  readonly bearerKeys: string | null;
  /** Its id in @pydantic/genai-prices; null: not there. */
  readonly pricedAs: string | null;
  /** What others, OpenRouter first of all, call it in lists of providers; in lower case. */
  readonly alsoCalled: readonly string[];
  /**
   * What it documents of the prompts that it is sent by whoever has no agreement of his own: whether they may be used
   * for training, whether they are kept. null: it depends, or is not said. docs/routing.md has the sources.
   */
  readonly data: { readonly collects: boolean | null; readonly retains: boolean | null };
  readonly quirks: readonly QuirkName[];
  /** Fields of OpenAI's dialect that it knows, of those which another server may refuse. */
  readonly takes: readonly OpenAiExtra[];
  /** What it takes of a request at most; the first row for the model counts. */
  readonly bounds: readonly BoundsRow[];
};

/** `models`: the upstream models that it holds for; without it: all. What is not said is not bounded. */
export type BoundsRow = Partial<RequestBounds> & { readonly models?: RegExp };
