import type { AskAnswer } from '../../network/index.ts';
import type { Expiring } from './keep-fresh.ts';
import { fieldOf, jsonOf, type Surroundings } from './surroundings.ts';

const HOUR_S = 3_600;

/** A token service's answer (RFC 6749, section 5.1). Microsoft writes numbers as text now and then. */
export function accessToken(answer: AskAnswer, source: string, { clock }: Surroundings): Expiring<string> {
  const body = jsonOf(answer, source);
  const seconds = Number(body['expires_in'] ?? HOUR_S);
  return {
    value: fieldOf(body, 'access_token', source),
    expiresMs: clock.nowMs() + (Number.isFinite(seconds) ? seconds : HOUR_S) * 1000,
  };
}
