import type { Deployment } from '../../catalog/index.ts';
import { GatewayError, type GatewayErrorCode } from '../../inference/index.ts';
import { readErrorMessage, type Verdict } from '../../providers/index.ts';
import type { Refusal } from './answer.ts';

const CODES: Readonly<Partial<Record<Verdict['cause'], GatewayErrorCode>>> = {
  context_window: 'context_length_exceeded',
  content_policy: 'content_policy_violation',
};

/** What an upstream refused for good: its status and body go to a client of its dialect as they came. */
export class UpstreamRefusal extends GatewayError {
  readonly refusal: Refusal;
  readonly deployment: Deployment;
  readonly #verdict: Verdict;

  constructor(refusal: Refusal, deployment: Deployment, verdict: Verdict) {
    super('upstream_error', `The upstream refused with status ${refusal.status}.`, {
      retryAfterMs: verdict.retryAfterMs ?? undefined,
    });
    this.refusal = refusal;
    this.deployment = deployment;
    this.#verdict = verdict;
  }

  /** The same for a client that reads another dialect: the upstream's words and status in an error of ours. */
  told(metadata?: Readonly<Record<string, unknown>>): GatewayError {
    const { status, body } = this.refusal;
    const { cause, code, retryAfterMs } = this.#verdict;
    const words = readErrorMessage(body) ?? this.message;
    return new GatewayError(CODES[cause] ?? code, words, { status, retryAfterMs: retryAfterMs ?? undefined, metadata });
  }
}
