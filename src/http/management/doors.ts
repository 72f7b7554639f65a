import type { KeyAdministration, PartyAdministration } from '../../access/index.ts';
import type { Clock } from '../../std/index.ts';
import type { SpentBy } from './terms-answer.ts';

/** What the administration API is given. */
export type ManagementDoors = {
  readonly keys: KeyAdministration;
  readonly parties: PartyAdministration;
  readonly spentBy: SpentBy;
  readonly clock: Clock;
};
