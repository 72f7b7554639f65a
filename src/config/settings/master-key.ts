import type { Secret } from '../configuration.ts';
import type { Reading } from '../reading/reading.ts';

/** From tutorials and examples: everyone's first guess. */
const WELL_KNOWN = new Set([
  'sk-1234',
  'sk-12345',
  'sk-123456',
  'sk-12345678',
  'sk-123456789',
  'sk-1234567890',
  'sk-0000',
  'sk-test',
  'sk-master',
  'sk-master-key',
  'sk-my-master-key',
  'sk-litellm',
  'sk-litellm-master-key',
  'sk-waybill',
  'sk-admin',
  'sk-secret',
  'sk-password',
  'sk-changeme',
  'sk-change-me',
  'sk-xxxx',
  'master-key',
  'changeme',
  'change-me',
  'password',
  'secret',
  'admin',
  'test',
  '1234',
]);

/** A well-known key is taken only where nobody else can reach the gateway. */
export function checkMasterKey(key: Secret | null, host: string, reading: Reading): void {
  if (key === null) return;
  if (!/^[\x21-\x7e]+$/.test(key.value))
    reading.fault(null, `${key.from}: expected letters, digits and signs without spaces`);
  if (!WELL_KNOWN.has(key.value.toLowerCase())) return;
  const problem = `${key.from}: this master key is well known`;
  if (isLoopback(host)) reading.notices.push(`${problem}: it is taken on ${host} only`);
  else
    reading.fault(
      null,
      `${problem}: expected a secret one to listen on ${host}, such as the output of: openssl rand -hex 32`,
    );
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
