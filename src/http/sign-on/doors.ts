import type { PartyAdministration, People } from '../../access/index.ts';
import type { Clock } from '../../std/index.ts';
import type { Route } from '../route.ts';

/** A way to sign in that another site offers. */
export type OfferedProvider = { readonly id: string; readonly name: string };

/** What the doors of sign-on are given. */
export type SignOnDoors = {
  readonly people: People;
  readonly parties: PartyAdministration;
  readonly clock: Clock;
  /** All that there are: what people may do of it is told to them. */
  readonly routes: () => readonly Route[];
  readonly providers: () => readonly OfferedProvider[];
  /** Where people reach the gateway; null: where their browsers say that it is. */
  readonly publicUrl: () => string | null;
};
