import {
  type Action,
  type InvitationBounds,
  type Known,
  type Party,
  type People,
  type Reach,
  reachOf,
} from '../../access/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { noParty } from '../parties.ts';
import { NO_MODELS } from './party-attenuation.ts';

export type InvitingDoors = { readonly known: Known; readonly people: Pick<People, 'canSignIn'> };

/**
 * Whoever has a link is that person from then on, and the first to have it is the one who made it: so administrators of
 * teams and organizations invite only whom they have whole, and who could never sign in until now. Answers what the user
 * may have at most when the link is opened; null: anything. Throws a GatewayError: 404 where the user is not one of
 * theirs, else 403.
 */
export async function requireInvitable(
  { known, people }: InvitingDoors,
  caller: Caller,
  user: Party,
): Promise<InvitationBounds | null> {
  const reach = reachOf(caller, 'invitation.create');
  if (reach === 'everything') return null;
  if (!isOfTheirs(reach, user.id, known)) throw noParty('user', user.id);
  const bounds = boundsOf(reach, caller, known);
  if (!isWithinBounds(user, bounds, known)) throw notTheirs(BEYOND);
  if (await people.canSignIn(user.id)) throw notTheirs('it can sign in already, and whoever has the link would be it');
  return bounds;
}

/** For who was invited by no operator: a link is worth nothing once its user is more than it was, or can sign in. */
export async function isStillInvitable(
  { known, people }: InvitingDoors,
  bounds: InvitationBounds | null,
  user: Party,
): Promise<boolean> {
  return bounds === null || (isWithinBounds(user, bounds, known) && !(await people.canSignIn(user.id)));
}

/** Whether the invitations of a user are there for the caller at all. */
export function seesInvitationsOf(known: Known, caller: Caller, action: Action, userId: string | null): boolean {
  const reach = reachOf(caller, action);
  return reach === 'everything' || (userId !== null && isOfTheirs(reach, userId, known));
}

/** Throws a GatewayError (403) where a user is somebody else's as well: an operator ends its invitations. */
export function requireOwnInvitee(known: Known, caller: Caller, user: Party | null): void {
  const reach = reachOf(caller, 'invitation.change');
  if (reach === 'everything') return;
  if (user === null || !isWithinBounds(user, boundsOf(reach, caller, known), known)) throw notTheirs(BEYOND);
}

const BEYOND = 'it has a role, a team, an organization or models besides what you have in hand';

function notTheirs(why: string): GatewayError {
  const message = `An operator has to do that for this user: ${why}.`;
  return new GatewayError('permission_denied', message, { param: 'user_id' });
}

type Limited = Exclude<Reach, 'everything'>;

function isOfTheirs({ within, ...reach }: Limited, userId: string, { authorityOf }: Known): boolean {
  const { teams, organizations } = groupsInHand({ within, ...reach });
  const authority = authorityOf(userId);
  return (
    authority !== null &&
    (authority.teams.some(({ teamId }) => teams.includes(teamId)) ||
      authority.organizations.some(({ organizationId }) => organizations.includes(organizationId)))
  );
}

/** A key of a team or an organization has nothing else in hand. */
function groupsInHand({ teams, organizations, within }: Limited): Pick<Limited, 'teams' | 'organizations'> {
  if (within === null) return { teams, organizations };
  const only = (ids: readonly string[], kind: 'team' | 'organization'): readonly string[] =>
    within.kind === kind ? ids.filter((id) => id === within.id) : [];
  return { teams: only(teams, 'team'), organizations: only(organizations, 'organization') };
}

function boundsOf(reach: Limited, caller: Caller, { party }: Known): InvitationBounds {
  const own = caller.userId === null ? NO_MODELS : (party('user', caller.userId)?.models ?? NO_MODELS);
  const models = caller.models.length > 0 ? caller.models : own;
  return { ...groupsInHand(reach), models: models.length === 0 ? null : models };
}

/** Roles that let nobody do anything outside of their groups. */
const ORDINARY: ReadonlySet<string> = new Set(['internal_user', 'internal_user_viewer']);

function isWithinBounds(user: Party, { teams, organizations, models }: InvitationBounds, known: Known): boolean {
  const authority = known.authorityOf(user.id);
  if (authority === null || !ORDINARY.has(authority.role ?? 'internal_user')) return false;
  const houseOf = (teamId: string): string | null => known.party('team', teamId)?.organizationId ?? null;
  const houses = teams.map(houseOf);
  const isTheirs = (id: string | null): boolean => id !== null && organizations.includes(id);
  return (
    authority.organizations.every(
      ({ organizationId: id, isAdmin }) => isTheirs(id) || (!isAdmin && houses.includes(id)),
    ) &&
    authority.teams.every(({ teamId }) => teams.includes(teamId) || isTheirs(houseOf(teamId))) &&
    (models === null || (user.models.length > 0 && user.models.every((each) => isAmong(each, models))))
  );
}

function isAmong(model: string, models: readonly string[]): boolean {
  return NO_MODELS.includes(model) || models.includes(model);
}
