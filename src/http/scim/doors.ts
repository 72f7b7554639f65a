import type { PartyAdministration } from '../../access/index.ts';

/** What a directory works on. */
export type ScimDoors = { readonly parties: PartyAdministration };
