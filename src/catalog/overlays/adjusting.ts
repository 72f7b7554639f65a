import type { Deployment } from '../model.ts';
import { starIn } from '../wildcard.ts';
import { type Overlay, type OverlayState, overlayKinds } from './overlay.ts';

export type Adjust = (deployment: Deployment, model: string) => Deployment;

/** Deployments as these overlays leave them. */
export function adjusting(overlays: readonly Overlay[]): Adjust {
  if (overlays.length === 0) return (deployment) => deployment;
  const widestFirst = [...overlays].sort(
    (one, other) => overlayKinds.indexOf(one.kind) - overlayKinds.indexOf(other.kind),
  );
  return (deployment, model) => {
    const own = widestFirst.filter((overlay) => isOn(overlay, deployment, model));
    return own.length === 0 ? deployment : Object.freeze(own.reduce(laid, deployment));
  };
}

function isOn({ kind, target }: Overlay, { id, credential, provider }: Deployment, model: string): boolean {
  switch (kind) {
    case 'deployment':
      return target === id;
    case 'credential':
      return target === credential;
    case 'provider':
      return target === provider;
    case 'model':
      return target === model || (target.includes('*') && starIn(target, model) !== null);
  }
}

function laid(deployment: Deployment, overlay: Overlay): Deployment {
  const overlays = [...(deployment.overlays ?? []).filter(({ setting }) => setting !== overlay.setting), overlay];
  switch (overlay.setting) {
    case 'state':
      return { ...deployment, overlays };
    case 'weight':
      return { ...deployment, overlays, weight: overlay.value };
    case 'limit':
      return { ...deployment, overlays, limits: { ...deployment.limits, ...overlay.value } };
  }
}

/** null: nothing is said of it. */
export function switchedTo({ overlays }: Pick<Deployment, 'overlays'>): OverlayState | null {
  if (overlays === undefined) return null;
  for (const overlay of overlays) if (overlay.setting === 'state') return overlay.value;
  return null;
}
