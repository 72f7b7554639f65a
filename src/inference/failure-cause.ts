/** What an attempt failed of, as far as it matters to whether another one may do better. */
export type FailureCause =
  | 'error'
  | 'timeout'
  | 'rate_limit'
  | 'context_window'
  | 'content_policy'
  | 'credential'
  | 'request';
