import { type LaidOverlay, lentId } from '../../administration/index.ts';
import type { Overlay } from '../../catalog/index.ts';
import { usdFromNano } from '../../std/index.ts';

type Json = Readonly<Record<string, unknown>>;

export function encodeLaid(laid: LaidOverlay): Json {
  if (laid.of === 'deployments') return encodeOverlay(laid.overlay);
  const { kind, id, nanoUsd, untilMs, reason = '', by = '' } = laid.lent;
  return {
    overlay_id: lentId(laid.lent),
    kind,
    id: id.replace('\n', '/'),
    set: 'budget',
    usd: usdFromNano(BigInt(nanoUsd)),
    reason,
    by,
    expires_at: new Date(untilMs).toISOString(),
  };
}

export function encodeOverlay(overlay: Overlay): Json {
  const { id, kind, target, reason, createdBy, createdAtMs, expiresAtMs } = overlay;
  return {
    overlay_id: id,
    kind,
    id: target,
    ...settingOf(overlay),
    reason,
    by: createdBy,
    created_at: new Date(createdAtMs).toISOString(),
    expires_at: new Date(expiresAtMs).toISOString(),
  };
}

function settingOf(overlay: Overlay): Json {
  switch (overlay.setting) {
    case 'state':
      return { set: overlay.value };
    case 'weight':
      return { set: 'weight', weight: overlay.value };
    case 'limit':
      return { set: 'limit', limits: overlay.value };
  }
}
