export type StoredKind = 'deployment' | 'credential' | 'fallback' | 'access_group' | 'public_models';

export type JsonFacts = Readonly<Record<string, unknown>>;

/** Something that was made over the API and stands beside the file, in LiteLLM's words. */
export type StoredEntry = {
  readonly kind: StoredKind;
  readonly id: string;
  /** What anybody who may see the entry may see. */
  readonly facts: JsonFacts;
  /** What nobody is shown. They are sealed for this entry and for whom they are sent to. */
  readonly secrets: JsonFacts;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly changedSeq: number;
};

/** What may be changed of it. */
export type StoredContent = Pick<StoredEntry, 'facts' | 'secrets'>;

/** Whom the secrets of an entry go to, worked out from its facts: with another answer they stay shut. */
export type ReceiverOf = (entry: Pick<StoredEntry, 'kind' | 'facts'>) => string;
