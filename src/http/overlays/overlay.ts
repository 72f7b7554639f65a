import { type AskedOverlay, LONGEST_OVERLAY_MS, type Overlays } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import { durationMs } from '../management/duration.ts';
import { type Route, route } from '../route.ts';
import { endOverlaysBody, type NewOverlay, newOverlayBody } from './contract-overlay.ts';
import { encodeLaid } from './overlay-answer.ts';

export type OverlayDoors = { readonly overlays: Overlays; readonly clock: Clock };

/** For the night it breaks: what is switched, weighed, limited or lent for a while, whoever manages it. */
export function overlayRoutes({ overlays, clock }: OverlayDoors): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/overlay/list',
      summary: 'What is otherwise than configured now, why, whose doing it is and until when.',
      action: 'overlay.list',
      answer: async () => ({ body: { overlays: (await overlays.list()).map(encodeLaid) } }),
    }),
    route({
      method: 'POST',
      path: '/overlay/new',
      summary: 'Switch off, drain, switch on, weigh or limit deployments, or raise budgets, for seven days at most.',
      action: 'overlay.change',
      body: newOverlayBody,
      answer: async ({ key, body }) => ({ body: encodeLaid(await overlays.lay(askedOf(body, key.id, clock.nowMs()))) }),
    }),
    route({
      method: 'POST',
      path: '/overlay/delete',
      summary: 'End overlays before their time.',
      action: 'overlay.change',
      body: endOverlaysBody,
      answer: async ({ body: { overlay_ids: ids } }) => {
        for (const id of ids) await overlays.end(id);
        return { body: { deleted_overlays: ids } };
      },
    }),
  ];
}

function askedOf(body: NewOverlay, by: string, nowMs: number): AskedOverlay {
  const { id, reason } = body;
  const common = { reason, by, expiresAtMs: expiryOf(body.expires, nowMs) };
  switch (body.set) {
    case 'budget':
      return { ...common, kind: body.kind, target: partyIdOf(body.kind, id), nanoUsd: body.usd };
    case 'weight':
      return { ...common, kind: body.kind, target: id, change: { setting: 'weight', value: body.weight } };
    case 'limit':
      return { ...common, kind: body.kind, target: id, change: { setting: 'limit', value: given(body.limits) } };
    default:
      return { ...common, kind: body.kind, target: id, change: { setting: 'state', value: body.set } };
  }
}

function partyIdOf(kind: string, id: string): string {
  return kind === 'member' || kind === 'organization_member' ? id.replace('/', '\n') : id;
}

function given(limits: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, limit]) => (limit === undefined ? [] : [[name, limit]])),
  );
}

function expiryOf(text: string, nowMs: number): number {
  const fromNowMs = durationMs(text);
  const expiresAtMs = fromNowMs === null ? Date.parse(text) : nowMs + fromNowMs;
  if (expiresAtMs > nowMs && expiresAtMs <= nowMs + LONGEST_OVERLAY_MS) return expiresAtMs;
  throw new GatewayError(
    'invalid_request',
    `'expires' must be in the future, and 7 days from now at most, not '${text}': what is to last stands in the configuration.`,
    { param: 'expires' },
  );
}
