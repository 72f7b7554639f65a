import type { Target } from './target.ts';
import { startWaybill, type Variant, waybillUnavailable } from './waybill.ts';

const variant: Variant = {
  name: 'waybill-off',
  settings: ['request_log: off'],
  callerKey: (_port, masterKey) => Promise.resolve(masterKey),
};

/** No request log, and the master key, to which neither budget nor limit applies. */
export const waybillOff: Target = {
  name: variant.name,
  keepsData: true,
  unavailable: waybillUnavailable,
  start: (site, dataFolder) => startWaybill(site, variant, dataFolder),
};
