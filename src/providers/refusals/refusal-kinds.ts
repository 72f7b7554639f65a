import type { FailureCause, GatewayErrorCode } from '../../inference/index.ts';

/** What came of one attempt and what it means for the next one. */
export type Verdict = {
  /** `same-again`: a stale connection, send once more on a fresh one; `stop`: no other deployment of the model would do better. */
  readonly verdict: 'answered' | 'same-again' | 'next' | 'stop';
  readonly cause: FailureCause;
  readonly code: GatewayErrorCode;
  /** Whom it says something about. */
  readonly about: 'deployment' | 'credential' | 'model' | 'caller';
  /** What the upstream asked for, at most an hour; null: nothing. */
  readonly retryAfterMs: number | null;
  /** Whether it counts against the deployment's health. */
  readonly cooldown: boolean;
};

type Kind = Omit<Verdict, 'retryAfterMs'>;

function deployment(cause: Verdict['cause'], code: GatewayErrorCode, cooldown = true): Kind {
  return { verdict: 'next', cause, code, about: 'deployment', cooldown };
}

function caller(cause: Verdict['cause']): Kind {
  return { verdict: 'stop', cause, code: 'invalid_request', about: 'caller', cooldown: false };
}

const credential: Kind = {
  verdict: 'next',
  cause: 'credential',
  code: 'upstream_credential',
  about: 'credential',
  cooldown: true,
};

/** Every way in which an attempt ends, and what follows. */
export const refusalKinds = {
  answered: { verdict: 'answered', cause: 'error', code: 'upstream_error', about: 'deployment', cooldown: false },
  /** The upstream had closed an idle connection: nothing is lost by sending once more, and nobody is to blame. */
  stale: {
    verdict: 'same-again',
    cause: 'error',
    code: 'upstream_unreachable',
    about: 'deployment',
    cooldown: false,
  },
  broken: deployment('error', 'upstream_error'),
  busy: deployment('error', 'upstream_error', false),
  invalid: deployment('error', 'upstream_invalid'),
  /** It answered, and not with the JSON that was asked for: the model's doing, not an outage. */
  unfit: deployment('error', 'upstream_invalid', false),
  unreachable: deployment('error', 'upstream_unreachable'),
  ended: deployment('error', 'upstream_ended'),
  'not-connected': deployment('timeout', 'upstream_unreachable'),
  slow: deployment('timeout', 'upstream_timeout'),
  /** More than this account may send. */
  limited: deployment('rate_limit', 'rate_limit_exceeded'),
  /** More than the provider can take, from anybody: treated as a limit, for it passes as one does. */
  overloaded: deployment('rate_limit', 'rate_limit_exceeded'),
  credential,
  /** The account is out of money, whatever the status says: waiting does not help. */
  unpaid: credential,
  /** The name is wrong here; another deployment may know it. Its health is fine. */
  'unknown-model': { verdict: 'next', cause: 'error', code: 'model_not_found', about: 'model', cooldown: false },
  request: caller('request'),
  'context-window': caller('context_window'),
  'content-policy': caller('content_policy'),
  /** Ours: whoever takes the answer threw. */
  internal: { verdict: 'stop', cause: 'error', code: 'internal_error', about: 'caller', cooldown: false },
} as const satisfies Readonly<Record<string, Kind>>;

export type RefusalKind = keyof typeof refusalKinds;

/** What an upstream's words can say about its reason. */
export type Reason = Extract<
  RefusalKind,
  'context-window' | 'content-policy' | 'credential' | 'unpaid' | 'unknown-model' | 'limited' | 'overloaded' | 'slow'
>;
