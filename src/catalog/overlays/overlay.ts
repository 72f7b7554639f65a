/** What an overlay may be laid on, the nearest to a deployment last: of two that say the same thing, it counts. */
export const overlayKinds = ['provider', 'credential', 'model', 'deployment'] as const;

export type OverlayKind = (typeof overlayKinds)[number];

export type OverlayLimits = Readonly<Partial<Record<'rpm' | 'tpm' | 'parallel', number>>>;

/**
 * `off`: nothing goes there. `drain`: nothing but what belongs there already, the turns of its sessions and what continues
 * a response of its. `on`: it is tried, whatever its failures say and whatever wider overlays do.
 */
export type OverlayState = 'on' | 'off' | 'drain';

export type OverlayChange =
  | { readonly setting: 'state'; readonly value: OverlayState }
  | { readonly setting: 'weight'; readonly value: number }
  /** Of each deployment; what it does not name stays. */
  | { readonly setting: 'limit'; readonly value: OverlayLimits };

/** Something that is otherwise than configured, for a while. */
export type Overlay = OverlayChange & {
  readonly id: string;
  readonly kind: OverlayKind;
  /** A deployment's id, or a name; of a model it may hold a star. */
  readonly target: string;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
};
