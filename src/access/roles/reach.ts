import type { Authority, Caller } from '../../inference/index.ts';
import type { Action } from '../action.ts';
import { matrix, memberPermissions, ownPermissions, type Role, type Row, type Scope } from './matrix.ts';

/** How far somebody goes: what of all there is, by whose it is. Nothing is read from the database without one. */
export type Reach = 'everything' | LimitedReach;

export type LimitedReach = {
  /** The key itself, and what was done with it. */
  readonly keyId: string | null;
  readonly userId: string | null;
  /** What is the user's own in a team counts in these only, which let their members do it; null: in all. */
  readonly ownIn: readonly string[] | null;
  readonly teams: readonly string[];
  readonly organizations: readonly string[];
  /** A key that belongs to a team or an organization reaches nothing outside of it, whoever it is of. */
  readonly within: Within | null;
};

export type Within = { readonly kind: 'team' | 'organization'; readonly id: string };

/** Whose something is. A user is in several organizations, everything else in one at most. */
export type Owners = {
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly organizationIds: readonly string[];
};

export const NOBODYS: Owners = { keyId: null, userId: null, teamId: null, organizationIds: [] };

const NOWHERE: LimitedReach = {
  keyId: null,
  userId: null,
  ownIn: null,
  teams: [],
  organizations: [],
  within: null,
};

/** Deny by default: what the matrix does not say for the caller is out of its reach. */
export function reachOf(caller: Caller, action: Action): Reach {
  if (caller.kind === 'master') return 'everything';
  const row: Row = matrix[action];
  const role = baseRole(caller);
  const scope = row[role];
  const within = withinOf(caller);
  if (role === 'scim_key' && !isNobodys(caller)) return NOWHERE;
  // A key sees whose it is, wherever it stands, and of users nobody else.
  if (within !== null && action === 'user.read') return { ...NOWHERE, userId: caller.userId };
  if (scope === 'everything')
    return within === null || isUnowned(row) ? 'everything' : { ...NOWHERE, ...inside(within) };
  const seats = seatsOf(caller, role, action);
  const ownIn = ownTeamsOf(seats, action);
  return {
    // Who is signed in has no key.
    keyId: scope === undefined || caller.kind === 'person' || !isLet(within, ownIn) ? null : caller.keyId,
    userId: scope === 'self' || scope === 'member' ? (caller.authority === undefined ? null : caller.userId) : null,
    ownIn,
    teams: teamsOf(seats, row, scope, action),
    organizations:
      row.org_admin === undefined ? [] : seats.organizations.filter(isAdmin).map((seat) => seat.organizationId),
    within,
  };
}

/** Whether there is anything at all that the caller may do it to. */
export function reachesAnything(reach: Reach): boolean {
  if (reach === 'everything') return true;
  return reach.keyId !== null || reach.userId !== null || reach.teams.length > 0 || reach.organizations.length > 0;
}

/** `all`: a user counts as an organization's only where it is in no other one. */
export function covers(reach: Reach, owners: Owners, all: boolean): boolean {
  if (reach === 'everything') return true;
  if (owners.keyId !== null && owners.keyId === reach.keyId) return true;
  if (!isWithin(owners, reach.within)) return false;
  if (owners.userId !== null && owners.userId === reach.userId && isLet(teamOf(owners), reach.ownIn)) return true;
  if (owners.teamId !== null && reach.teams.includes(owners.teamId)) return true;
  const { organizationIds: ids } = owners;
  const isReached = (id: string): boolean => reach.organizations.includes(id);
  return ids.length > 0 && (all ? ids.every(isReached) : ids.some(isReached));
}

/** Of a caller without an authority: of nobody, or of somebody who is not there any more. */
export function baseRole({ kind, authority, tokenRole }: Caller): Role {
  if (kind === 'management-key') return 'management_key';
  if (kind === 'scim-key') return 'scim_key';
  const role = tokenRole ?? authority?.role;
  if (authority === undefined && tokenRole === undefined) return 'service_key';
  // An unknown word for a role is worth the least.
  return USER_ROLES.find((each) => each === role) ?? 'internal_user_viewer';
}

/** What a user may be, the mightiest first. */
export const USER_ROLES = ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'] as const;

const VIEWERS: ReadonlySet<Role> = new Set(['proxy_admin_viewer', 'internal_user_viewer']);

export function isReading(action: Action): boolean {
  return action.endsWith('.read') || action.endsWith('.list');
}

type Seats = Pick<Authority, 'teams' | 'organizations'>;

const NO_SEATS: Seats = { teams: [], organizations: [] };

/** Who is to view only does so in its teams and organizations as well. */
function seatsOf({ authority }: Caller, role: Role, action: Action): Seats {
  if (authority === undefined || (VIEWERS.has(role) && !isReading(action))) return NO_SEATS;
  return authority;
}

function teamsOf({ teams }: Seats, row: Row, scope: Scope | undefined, action: Action): readonly string[] {
  return teams
    .filter(({ isAdmin, permissions }) => {
      if (scope === 'member' || (isAdmin && row.team_admin !== undefined)) return true;
      return permissions.some((route) => memberPermissions[route]?.includes(action) === true);
    })
    .map(({ teamId }) => teamId);
}

/** Where a team has to let its members do it: what makes, changes or rotates keys of theirs. */
function ownTeamsOf({ teams }: Seats, action: Action): readonly string[] | null {
  const route = Object.keys(ownPermissions).find((each) => ownPermissions[each]?.includes(action));
  if (route === undefined) return null;
  return teams.filter(({ isAdmin, permissions }) => isAdmin || permissions.includes(route)).map(({ teamId }) => teamId);
}

function isLet(place: Within | null, ownIn: readonly string[] | null): boolean {
  return place === null || place.kind !== 'team' || ownIn === null || ownIn.includes(place.id);
}

function teamOf({ teamId }: Owners): Within | null {
  return teamId === null ? null : { kind: 'team', id: teamId };
}

function isAdmin(seat: { readonly isAdmin: boolean }): boolean {
  return seat.isAdmin;
}

function isNobodys({ userId, teamId, projectId, organizationId }: Caller): boolean {
  return userId === null && teamId === null && projectId === null && organizationId === null;
}

/** A token is its user's, whichever teams it names. */
function withinOf({ kind, teamId, organizationId, tokenRole }: Caller): Within | null {
  if (kind === 'person' || kind === 'management-key' || tokenRole !== undefined) return null;
  if (teamId !== null) return { kind: 'team', id: teamId };
  return organizationId === null ? null : { kind: 'organization', id: organizationId };
}

/** What all callers may do is done to nobody's. */
function isUnowned(row: Row): boolean {
  return row.service_key === 'everything';
}

function inside({ kind, id }: Within): Pick<LimitedReach, 'teams' | 'organizations' | 'within'> {
  return {
    teams: kind === 'team' ? [id] : [],
    organizations: kind === 'organization' ? [id] : [],
    within: { kind, id },
  };
}

function isWithin({ teamId, organizationIds }: Owners, within: Within | null): boolean {
  if (within === null) return true;
  return within.kind === 'team' ? teamId === within.id : organizationIds.includes(within.id);
}
