/** `--by`, in the words of `/reports/usage`; `day` is no group but a time. */
export const SPEND_GROUPS = [
  'day',
  'key',
  'team',
  'user',
  'model',
  'provider',
  'organization',
  'customer',
  'tag',
] as const;
