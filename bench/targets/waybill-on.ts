import { limitedKey } from './limited-key.ts';
import type { Target } from './target.ts';
import { startWaybill, type Variant, waybillUnavailable } from './waybill.ts';

const variant: Variant = { name: 'waybill-on', settings: [], callerKey: limitedKey };

/** A virtual key with a budget and a rate limit, the journal, and the request log. */
export const waybillOn: Target = {
  name: variant.name,
  keepsData: true,
  unavailable: waybillUnavailable,
  start: (site, dataFolder) => startWaybill(site, variant, dataFolder),
};
