import type { Catalog, JsonFacts, ReceiverOf, StoredAdministration, StoredSnapshot } from '../../catalog/index.ts';

/** What becomes of a deployment as it is stored, or would be. */
export type DeploymentVerdict = {
  /** Values of the wrong kind, each `litellm_params.rpm: expected …`. */
  readonly faults: readonly string[];
  /** Why nothing is sent there; null: it is on. */
  readonly off: string | null;
  /** What of it is not honoured. */
  readonly notices: readonly string[];
};

/** A deployment in LiteLLM's words, its secrets among `params`. */
export type ProposedDeployment = {
  readonly id: string;
  readonly model: string;
  readonly params: JsonFacts;
  readonly info: JsonFacts;
};

/** LiteLLM's kinds of fallbacks. */
export type FallbackType = 'general' | 'context_window' | 'content_policy';

export type ProposedFallback = {
  readonly model: string;
  readonly type: FallbackType;
  readonly targets: readonly string[];
};

/** A credential of the operator's file or environment, its secrets masked. */
export type FileCredential = {
  readonly name: string;
  readonly provider: string;
  readonly origin: string;
  /** Where it is defined; null: it has no entry of its own. */
  readonly at: string | null;
  readonly values: JsonFacts;
};

/** What the operator's file says, which wins over what is stored, and is not changed from here. */
export type FileFacts = {
  /** All but other names of models, patterns among them. */
  readonly models: () => readonly { readonly name: string; readonly at: string }[];
  /** `file.yaml:12:7`; null: it is not in the file. */
  readonly placeOfModel: (name: string) => string | null;
  readonly placeOfDeployment: (id: string) => string | null;
  readonly credentials: () => readonly FileCredential[];
  /** null: the file says none of this kind. */
  readonly fallbacksOf: (model: string, type: FallbackType) => readonly string[] | null;
  /** The models of each access group. */
  readonly groups: () => ReadonlyMap<string, readonly string[]>;
};

export type ConnectionTest = {
  readonly isWell: boolean;
  /** The upstream's; null: it gave none. */
  readonly status: number | null;
  readonly tookMs: number;
  /** What went wrong, without addresses and secrets; null: nothing. */
  readonly message: string | null;
};

/** Models, credentials, fallbacks and access groups: what the file says, and what is stored beside it. */
export type EntryBook = {
  readonly file: FileFacts;
  /** Of what the file and the database say together. */
  readonly catalog: () => Catalog;
  /** Where it is defined: a place of the file, or the API; null: nobody has configured a model of this name. */
  readonly definedAt: (model: string) => string | null;
  readonly entries: () => StoredSnapshot;
  readonly stored: StoredAdministration;
  readonly receiverOf: ReceiverOf;
  /** Of the stored deployments, by their ids. */
  readonly verdicts: () => ReadonlyMap<string, DeploymentVerdict>;
  /** What would become of a deployment if it were stored so. */
  readonly judge: (proposed: ProposedDeployment) => DeploymentVerdict;
  /** The circles that fallbacks would go round in, in words. */
  readonly circlesWith: (proposed: ProposedFallback) => readonly string[];
  /** Why nothing may be sent to this address; null: it may. */
  readonly addressRefusal: (address: string) => string | null;
};

export type ModelBook = EntryBook & {
  /** Sends it one short call, which is in no books. */
  readonly test: (proposed: ProposedDeployment) => Promise<ConnectionTest>;
};
