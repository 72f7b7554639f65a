import { AsyncLocalStorage } from 'node:async_hooks';

/** Who asked for a change, and from where. */
export type Actor = {
  /** A key's public id, or `master`. */
  readonly id: string;
  /** What the caller says of whom it acts for: LiteLLM's `litellm-changed-by`. */
  readonly changedBy: string | null;
  readonly ip: string | null;
};

/** Changes that nobody asked for: the gateway's own. */
const NOBODY: Actor = { id: 'gateway', changedBy: null, ip: null };

const asking = new AsyncLocalStorage<Actor>();

/** What is changed while it runs is changed by this actor: it is told once, where the caller is known. */
export function asActor<T>(actor: Actor, run: () => T): T {
  return asking.run(actor, run);
}

export function currentActor(): Actor {
  return asking.getStore() ?? NOBODY;
}
