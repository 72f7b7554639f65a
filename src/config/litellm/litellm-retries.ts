import type { RetryCause, RetryConfiguration } from '../configuration.ts';
import { formatPlace, mappingOf } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { LitellmSection } from './litellm-section.ts';

/** Its exceptions, by what they are about. A prompt that is too long is a bad request there, too. */
const CAUSES: Readonly<Record<string, readonly RetryCause[]>> = {
  BadRequestErrorRetries: ['request', 'context_window'],
  AuthenticationErrorRetries: ['credential'],
  TimeoutErrorRetries: ['timeout'],
  RateLimitErrorRetries: ['rate_limit'],
  ContentPolicyViolationErrorRetries: ['content_policy'],
  InternalServerErrorRetries: ['error'],
};

const MAX_RETRIES = 10;

export function boundedRetries(count: number | null): number | null {
  return count === null ? null : Math.min(count, MAX_RETRIES);
}

/** `retry_policy`, `model_group_retry_policy` and `retry_after`; null: none of them is there. */
export function litellmRetries(router: LitellmSection, reading: Reading): RetryConfiguration | null {
  const leastPauseMs = router.milliseconds('retry_after');
  const policy = router.node('retry_policy');
  const groups = router.node('model_group_retry_policy');
  if (leastPauseMs === null && policy === null && groups === null) return null;
  const name = `${router.name}.retry_policy`;
  const named = [...mappingOf(groups)].map(([model, node]) => {
    const section = new LitellmSection(`${router.name}.model_group_retry_policy.${model}`, node, reading);
    return [model, countsOf(section, reading)] as const;
  });
  return {
    causes: policy === null ? {} : countsOf(new LitellmSection(name, policy, reading), reading),
    models: Object.fromEntries(named),
    leastPauseMs: leastPauseMs ?? 0,
  };
}

function countsOf(section: LitellmSection, reading: Reading): RetryConfiguration['causes'] {
  const counts: Partial<Record<RetryCause, number>> = {};
  for (const [key, node] of section.entries) {
    const causes = CAUSES[key];
    if (causes === undefined) {
      const place = formatPlace(node.keyPlace ?? node.place);
      reading.notices.push(`${section.name}.${key} (${place}) is not honoured: it is not known here`);
      continue;
    }
    const count = section.count(key);
    for (const cause of count === null ? [] : causes) counts[cause] = Math.min(count ?? 0, MAX_RETRIES);
  }
  return counts;
}
