import { hash, timingSafeEqual } from 'node:crypto';
import { masterVirtualKey, type VirtualKey, virtualKeyOf } from '../virtual-key.ts';

/** The entry of the token that the configuration gives to the directory: it keeps users and teams, and does nothing else. */
const directoryKey: VirtualKey = virtualKeyOf({
  ...masterVirtualKey,
  id: 'scim',
  createdBy: 'configuration',
  caller: Object.freeze({ ...masterVirtualKey.caller, kind: 'scim-key' as const, keyId: 'scim' }),
});

export type FindDirectory = (secret: string) => VirtualKey | null;

/** null: the configuration gives none. */
export function openDirectoryToken(token: string | null): FindDirectory {
  if (token === null) return () => null;
  const digest = digestOf(token);
  // Of another length, as nearly all are, it costs nothing.
  return (secret) =>
    secret.length === token.length && timingSafeEqual(digestOf(secret), digest) ? directoryKey : null;
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
