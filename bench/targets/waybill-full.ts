import { limitedKey } from './limited-key.ts';
import type { Target } from './target.ts';
import { startWaybill, type Variant, waybillUnavailable } from './waybill.ts';

const variant: Variant = {
  name: 'waybill-full',
  settings: ['defaults: { request_log: { prompts: full } }'],
  callerKey: limitedKey,
};

/** As `waybill-on`, and every request and answer is kept. */
export const waybillFull: Target = {
  name: variant.name,
  keepsData: true,
  unavailable: waybillUnavailable,
  start: (site, dataFolder) => startWaybill(site, variant, dataFolder),
};
