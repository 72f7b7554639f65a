import type { Reading } from '../reading/reading.ts';

/** REDIS_URL, or one made of REDIS_HOST, REDIS_PORT and REDIS_PASSWORD. */
export function redisUrl(reading: Reading): string | null {
  const whole = reading.secret('REDIS_URL');
  if (whole !== null) {
    if (/^rediss?:\/\//.test(whole.value)) return whole.value;
    reading.fault(null, `${whole.from}: expected a URL such as redis://:password@host:6379`);
    return null;
  }
  const host = reading.variable('REDIS_HOST');
  if (host === null) return null;
  return redisUrlOf(host, reading.variable('REDIS_PORT'), reading.secret('REDIS_PASSWORD')?.value ?? null);
}

export function redisUrlOf(host: string, port: string | null, password: string | null): string {
  return `redis://${password === null ? '' : `:${encodeURIComponent(password)}@`}${host}:${port ?? '6379'}`;
}
