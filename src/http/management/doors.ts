import type { KeyAdministration, KeyRules, PartyAdministration, People } from '../../access/index.ts';
import type { AttenuationDoors, IsRuled } from '../../administration/index.ts';
import type { Clock } from '../../std/index.ts';
import type { SpentBy, SpentMost } from './terms-answer.ts';

/** What the administration API is given. */
export type ManagementDoors = {
  readonly keys: KeyAdministration;
  readonly parties: PartyAdministration;
  readonly people: Pick<People, 'passwords'>;
  readonly attenuation: AttenuationDoors;
  readonly spentBy: SpentBy;
  readonly spentMost: SpentMost;
  readonly clock: Clock;
  /** Whether the configuration allows somebody something by name. */
  readonly isRuled: IsRuled;
  /** What the configuration says of keys that are made. */
  readonly rules: () => KeyRules;
};
