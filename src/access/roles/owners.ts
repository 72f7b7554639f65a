import type { Authority, Caller } from '../../inference/index.ts';
import type { Party, PartyFacts, PartyRowKind } from '../parties/party.ts';
import { NOBODYS, type Owners } from './reach.ts';

/** Whoever is made, as it stands in memory. */
export type Known = {
  readonly party: (kind: PartyRowKind, id: string) => Party | null;
  readonly authorityOf: (userId: string) => Authority | null;
};

/** Whom something is put in the hands of; null, empty or left out: nobody of the kind. */
export type Place = {
  readonly userId?: string | null | undefined;
  readonly teamId?: string | null | undefined;
  readonly projectId?: string | null | undefined;
  readonly organizationId?: string | null | undefined;
};

export type Groups = Pick<Owners, 'teamId' | 'organizationIds'>;

/** A project's things are its team's, a team's its organization's. */
export function groupsOf({ teamId, projectId, organizationId }: Place, { party }: Pick<Known, 'party'>): Groups {
  const project = isNamed(projectId) ? party('project', projectId) : null;
  const team = isNamed(teamId) ? teamId : (project?.teamId ?? null);
  const ofTeam = team === null ? null : (party('team', team)?.organizationId ?? null);
  const organization = isNamed(organizationId) ? organizationId : (ofTeam ?? project?.organizationId ?? null);
  return { teamId: team, organizationIds: organization === null ? [] : [organization] };
}

export function ownersOfKey({ keyId, userId, ...place }: Caller, known: Pick<Known, 'party'>): Owners {
  return { keyId, userId, ...groupsOf(place, known) };
}

export function ownersOfParty({ kind, id, teamId, organizationId, userId }: PartyFacts, known: Known): Owners {
  switch (kind) {
    case 'organization':
      return { ...NOBODYS, organizationIds: [id] };
    case 'user': {
      const seats = known.authorityOf(id)?.organizations ?? [];
      return { ...NOBODYS, userId: id, organizationIds: seats.map((seat) => seat.organizationId) };
    }
    case 'customer':
    case 'tag':
    case 'budget':
      return NOBODYS;
    default:
      return { ...NOBODYS, userId, ...groupsOf({ teamId: kind === 'team' ? id : teamId, organizationId }, known) };
  }
}

export function isNamed(id: string | null | undefined): id is string {
  return typeof id === 'string' && id !== '';
}
