import type { DeploymentId } from '../inference/index.ts';
import { Lru } from '../std/index.ts';

/** After so long without an answer most providers have forgotten the prompt; OpenRouter counts the same. */
const REMEMBERED_MS = 600_000;
/** Some 2 MB. */
const MAX_SESSIONS = 10_000;

export type SessionKey = { readonly keyId: string; readonly sessionId: string; readonly model: string };

type Kept = { readonly deployment: DeploymentId; readonly untilMs: number };

/**
 * Which deployment answered a session last: the prompt's beginning is in that provider's cache, and nowhere else. Of
 * one process; forgetting costs a cached prompt and no more. A class, for one object of the process with its state.
 */
export class SessionAffinity {
  readonly #kept: Lru<Kept>;

  constructor(maxSessions: number = MAX_SESSIONS) {
    this.#kept = new Lru(maxSessions);
  }

  /** null: the session is new, or was silent for ten minutes. */
  find(key: SessionKey, nowMs: number): DeploymentId | null {
    const kept = this.#kept.get(textOf(key));
    return kept === undefined || kept.untilMs <= nowMs ? null : kept.deployment;
  }

  remember(key: SessionKey, deployment: DeploymentId, nowMs: number, keptMs: number = REMEMBERED_MS): void {
    this.#kept.set(textOf(key), { deployment, untilMs: nowMs + keptMs });
  }
}

/** Line breaks are in none of them: a session's id is printable, the model's name is the last. */
function textOf({ keyId, sessionId, model }: SessionKey): string {
  return `${keyId}\n${sessionId}\n${model}`;
}
