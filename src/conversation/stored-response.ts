import type { DeploymentId } from '../inference/index.ts';
import type { JsonObject } from '../std/index.ts';

/** A turn that its caller asked to be kept. */
export type StoredResponse = {
  /** As the client knows it. */
  readonly id: string;
  /** Whose it is: another tenant's id answers exactly as one that was never given. */
  readonly tenant: string;
  readonly previousId: string | null;
  /** Which deployment made it, and may know it by its id; null: it knows nothing of it. */
  readonly deployment: DeploymentId | null;
  readonly createdAtMs: number;
  /** The items of this turn alone. */
  readonly input: readonly JsonObject[];
  readonly response: JsonObject;
};
