import type { RateConfiguration } from '../allowance-configuration.ts';

type Rate = Omit<RateConfiguration, 'limit'>;

/** What a limit is called in a file: `rpm`, `itpd`. */
export const rateNames: Readonly<Record<string, Rate>> = {
  rpm: { measure: 'requests', per: 'minute' },
  rph: { measure: 'requests', per: 'hour' },
  rpd: { measure: 'requests', per: 'day' },
  tpm: { measure: 'tokens', per: 'minute' },
  tph: { measure: 'tokens', per: 'hour' },
  tpd: { measure: 'tokens', per: 'day' },
  itpm: { measure: 'input_tokens', per: 'minute' },
  itph: { measure: 'input_tokens', per: 'hour' },
  itpd: { measure: 'input_tokens', per: 'day' },
  otpm: { measure: 'output_tokens', per: 'minute' },
  otph: { measure: 'output_tokens', per: 'hour' },
  otpd: { measure: 'output_tokens', per: 'day' },
  parallel: { measure: 'parallel', per: null },
};

export function ratesOf(named: Readonly<Record<string, number | undefined>>): readonly RateConfiguration[] {
  return Object.entries(rateNames).flatMap(([name, rate]) => {
    const limit = named[name];
    return limit === undefined ? [] : [{ ...rate, limit }];
  });
}
