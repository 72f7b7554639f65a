import type {
  Known,
  PartyAdministration,
  People,
  SessionLifetimes,
  SignOn,
  SignOnProvider,
} from '../../access/index.ts';
import type { Clock } from '../../std/index.ts';
import type { Route } from '../route.ts';

/** What the doors of sign-on are given. */
export type SignOnDoors = {
  readonly people: People;
  readonly parties: PartyAdministration;
  /** Who is in which team and organization. */
  readonly known: Known;
  readonly clock: Clock;
  /** All that there are: what people may do of it is told to them. */
  readonly routes: () => Promise<readonly Route[]>;
  readonly signOn: SignOn;
  /** Where people reach the gateway; null: where their browsers say that it is. */
  readonly publicUrl: () => string | null;
  /** As the configuration has it now. */
  readonly settings: () => {
    readonly publicUrl: string | null;
    readonly sessions: SessionLifetimes;
    readonly providers: readonly SignOnProvider[];
  };
};
