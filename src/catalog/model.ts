import type { DeploymentId, ProviderId, ServiceTier } from '../inference/index.ts';
import type { LinearPattern } from '../std/index.ts';
import type { Overlay } from './overlays/overlay.ts';
import type { Price } from './price.ts';
import type { ModelTraits } from './traits.ts';

export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file' | 'embedding';

/** What a deployment can do, as far as it is known; null: unknown, and then nothing is excluded by it. */
export type Features = {
  readonly inputs: readonly Modality[] | null;
  readonly outputs: readonly Modality[] | null;
  /** Request parameters that it heeds, by OpenRouter's names: `tools`, `structured_outputs`, `reasoning`, `seed`, … */
  readonly parameters: readonly string[] | null;
  /** Parameters that are surely heeded, where the whole list is not known. */
  readonly has?: readonly string[];
  /** Parameters that are surely not heeded, where the whole list is not known. */
  readonly lacks?: readonly string[];
  /** `fp8`, `int4`, …: one of OpenRouter's words. */
  readonly quantization: string | null;
  /** The model's licence lets others be trained on its answers. */
  readonly distillable: boolean | null;
};

/** What becomes of prompts there; null: nobody said, which counts as the worse. */
export type DataPolicy = {
  /** Prompts may be kept for training or sold. */
  readonly collects: boolean | null;
  /** Prompts are kept at all, if only for a while. */
  readonly retains: boolean | null;
};

/** The operator's use of an endpoint: what one attempt is made on. */
export type Deployment = {
  readonly id: DeploymentId;
  /** What its budgets and rates, and its provider's, are kept by where that is not the id or the provider. */
  readonly limitedAs?: { readonly deployment?: string; readonly provider?: string };
  /** Name of the credential that signs for it. */
  readonly credential: string;
  readonly provider: ProviderId;
  /** What preferences may call it, in lower case: its credential, its provider, and each with its region. */
  readonly names: readonly string[];
  /** Its provider chooses among others by OpenRouter's `provider` object, where that goes out with the request. */
  readonly routesOn: boolean;
  /** Only callers of this team may call it; left out: all may. */
  readonly team?: string;
  /** It is called with the caller's own key, and not without one. */
  readonly needsCallerKey: boolean;
  /** The name that goes upstream. */
  readonly upstreamModel: string;
  /** null: no price is known; hard budgets refuse it, everything else flags it. */
  readonly price: Price | null;
  /** The tier of service that requests are sent there for; left out: what they say themselves. */
  readonly tier?: ServiceTier;
  /** Of the tiers of service that the operator says it has. */
  readonly tierPrices?: Readonly<Partial<Record<ServiceTier, Price>>>;
  /** Tokens; null: unknown. */
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly traits: ModelTraits;
  readonly features: Features;
  readonly data: DataPolicy;
  /** Where it runs, in lower case: `eu-central-1`, `eu`; null: unknown. */
  readonly region: string | null;
  /** What requests with tags are matched against; `default` takes those without. */
  readonly tags: readonly string[];
  /** The same for who sends them: matched against `User-Agent: …`. */
  readonly tagPatterns?: readonly LinearPattern[];
  /** Deployments of one circuit rise and fall together: credential, upstream model and region. */
  readonly circuit: string;
  /** 1 is tried before 2. */
  readonly priority: number;
  readonly weight: number;
  /** Rounds that it takes part in after a failure, instead of the configured number. */
  readonly retries?: number;
  readonly limits: {
    readonly rpm: number | null;
    readonly tpm: number | null;
    readonly parallel: number | null;
    /** How long a call waits for a place here before the next candidate is tried. Left out: not at all. */
    readonly waitMs?: number;
  };
  readonly timeouts: {
    readonly connectMs: number;
    readonly firstByteMs: number;
    /** Of a stream; left out: the same. */
    readonly streamFirstByteMs?: number;
    readonly idleMs: number;
    readonly totalMs: number;
  };
  readonly headers: Readonly<Record<string, string>>;
  /** What is otherwise than configured for a while; left out: nothing. */
  readonly overlays?: readonly Overlay[];
};

export type FallbackCause = 'error' | 'context_window' | 'content_policy' | 'rate_limit' | 'budget';

/** A name that a caller may ask for, resolved. */
export type Model = {
  /** As asked. */
  readonly name: string;
  readonly deployments: readonly Deployment[];
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  /** How the name was found, for the explanation: `configured`, `wildcard openai/*`, `provider/model`, `bare name`. */
  readonly resolvedBy: string;
};

/** What in a key's list lets a name through besides the name. */
export type Grants = {
  /** Its model's, where the name is an alias or a deployment's id. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
};

/** What `GET /v1/models` lists. */
export type ListedModel = {
  readonly id: string;
  readonly ownedBy: string;
  readonly createdS: number;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly price: Price | null;
};

/** Immutable; a change builds another one and swaps it. */
export type Catalog = {
  /**
   * A deployment's id, an alias, a configured name, a wildcard, then what credentials offer unconfigured, in this order.
   * null: not found. Dynamic names (wildcards, `provider/model`, bare) give the same object for the same name. */
  readonly resolve: (name: string) => Model | null;
  /** A model as a team has it that calls some providers by credentials of its own. */
  readonly withOwnCredentials: (model: Model, own: Readonly<Record<string, string>>) => Model;
  /**
   * The name as it stands is a model's: configured, or known to be its provider's. An ending such as `:free` is then a
   * part of it; so it is where the upstream understands such endings, or is a server whose models nobody has listed.
   */
  readonly knows: (name: string) => boolean;
  readonly grants: (name: string) => Grants;
  /** The teams whose own the configured model of this name is; null: it is everybody's. */
  readonly teamsOf: (name: string) => readonly string[] | null;
  /**
   * The configured name that means the same model: written with or without its date, with dots for dashes. null: none
   * does. For a caller whose client asks for names that nobody configured; never a way around `resolve`.
   */
  readonly configuredAs: (name: string) => string | null;
  /** Up to `count` names nearest to `name`, nearest first, among those that `mayUse` lets through. */
  readonly nearest: (name: string, count: number, mayUse: (name: string) => boolean) => readonly string[];
  readonly list: () => readonly ListedModel[];
  /** The models that are configured by a name without a star, hidden ones too. */
  readonly configured: () => readonly Model[];
  /** When a published price may change next (a day on which one begins, an hour of the day): build another one then. */
  readonly pricesChangeAtMs: () => number | null;
};
