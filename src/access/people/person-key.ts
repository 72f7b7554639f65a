import type { Party } from '../parties/party.ts';
import { masterVirtualKey, type VirtualKey, virtualKeyOf } from '../virtual-key.ts';

/** Somebody who is signed in, as the callers that keys have. An administrator may what the master key may. */
export function personKey({ id, role }: Party): VirtualKey {
  const { caller, ...facts } = masterVirtualKey;
  const kind = role === 'proxy_admin' ? 'master' : 'virtual-key';
  return virtualKeyOf({
    ...facts,
    caller: Object.freeze({ ...caller, kind, keyId: id, userId: id }),
    id,
    createdBy: id,
  });
}
