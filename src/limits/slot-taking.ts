import type { PriorityClass, PriorityClasses } from './priority-classes.ts';

export type DeploymentLimits = {
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly parallel: number | null;
  /** How long a call may wait here before another deployment is asked. Left out: not at all. */
  readonly waitMs?: number;
};

/** What one call takes of a deployment. */
export type SlotTaking = {
  readonly deployment: string;
  /** What its provider counts it with: calls to the same model, by the same credential. */
  readonly circuit: string;
  readonly limits: DeploymentLimits;
  readonly tokens: number;
  /** null: nobody has reserved anything. */
  readonly reservation: { readonly own: PriorityClass; readonly all: PriorityClasses } | null;
};
