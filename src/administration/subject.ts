import {
  type Action,
  authorize,
  covers,
  groupsOf,
  isNamed,
  type KeyAdministration,
  type Known,
  memberId,
  NOBODYS,
  type Owners,
  ownersOfKey,
  ownersOfParty,
  type PartyAdministration,
  type PartyRowKind,
  type Place,
  reachOf,
} from '../access/index.ts';
import { type Caller, GatewayError } from '../inference/index.ts';
import { noParty } from './parties.ts';

/**
 * What a request is about. `self`: the caller. `reached`: what of all there is the caller reaches, which the route keeps
 * to. `place`: where something is to be made. The others are somebody's by a name.
 */
export type Subject =
  | { readonly kind: 'self' }
  | { readonly kind: 'reached' }
  | { readonly kind: 'key'; readonly reference: string }
  | { readonly kind: 'user'; readonly id: string | null; readonly email: string | null }
  | { readonly kind: Exclude<PartyRowKind, 'user'>; readonly id: string }
  | ({ readonly kind: 'place' } & Place);

type Named = Exclude<Subject, { readonly kind: 'reached' }>;

export type SubjectDoors = {
  readonly known: Known;
  readonly keys: Pick<KeyAdministration, 'keyInfo'>;
  readonly parties: Pick<PartyAdministration, 'findUserByEmail'>;
};

export type Asked = { readonly caller: Caller; readonly action: Action; readonly path: string };

/**
 * Throws a GatewayError where the caller may not do it to one of them: (404), the same as for what is not there, unless
 * the caller may see it (403). null: it is about the gateway as a whole.
 */
export async function requireAllowed(
  doors: SubjectDoors,
  asked: Asked,
  subjects: readonly Subject[] | null,
): Promise<void> {
  const { caller, action, path } = asked;
  if (reachOf(caller, action) === 'everything') return;
  if (subjects === null || subjects.length === 0) throw notAllowed(asked);
  for (const subject of subjects) {
    if (subject.kind === 'reached') continue;
    const owners = await ownersOf(doors, caller, subject);
    if (owners !== null && authorize(caller, action, { owners, path })) continue;
    if (isNowhere(subject) || (owners !== null && isSeen(caller, subject, owners))) throw notAllowed(asked);
    throw notThere(subject);
  }
}

/** The same for where something is to stand. */
export function requirePlace(known: Known, asked: Asked, place: Place): void {
  const subject: Subject = { kind: 'place', ...place };
  const owners = ownersOfPlace(known, asked.caller, place);
  if (owners !== null && authorize(asked.caller, asked.action, { owners, path: asked.path })) return;
  throw isNowhere(subject) || (owners !== null && isSeen(asked.caller, subject, owners))
    ? notAllowed(asked)
    : notThere(subject);
}

export function notAllowed({ caller, action }: Pick<Asked, 'caller' | 'action'>): GatewayError {
  const who = caller.kind === 'person' ? 'You may not' : 'This key may not';
  const { teamId } = caller;
  const inside = teamId === null ? '' : `; a key of the team '${teamId}' reaches nothing outside of it`;
  return new GatewayError('permission_denied', `${who} do '${action}' here${inside}; the master key may.`);
}

export function noKey(): GatewayError {
  return new GatewayError('not_found', 'There is no such key.', { param: 'key' });
}

function notThere(subject: Named): GatewayError {
  switch (subject.kind) {
    case 'self':
    case 'key':
      return noKey();
    case 'user':
      return noParty('user', subject.id ?? subject.email ?? '');
    case 'place': {
      const { teamId, projectId, organizationId, userId } = subject;
      if (isNamed(projectId)) return noParty('project', projectId);
      if (isNamed(teamId)) return noParty('team', teamId);
      if (isNamed(organizationId)) return noParty('organization', organizationId);
      return noParty('user', userId ?? '');
    }
    default:
      return noParty(subject.kind, subject.id);
  }
}

/** Nobody's in particular: there is nothing that could not be there. */
function isNowhere(subject: Named): boolean {
  if (subject.kind !== 'place') return false;
  return ![subject.userId, subject.teamId, subject.projectId, subject.organizationId].some(isNamed);
}

const READING: Readonly<Partial<Record<Subject['kind'], Action>>> = {
  key: 'key.read',
  team: 'team.read',
  project: 'project.read',
  organization: 'organization.read',
  user: 'user.read',
};

function isSeen(caller: Caller, subject: Named, owners: Owners): boolean {
  if (subject.kind === 'self') return true;
  if (subject.kind !== 'place') {
    const reading = READING[subject.kind];
    return reading !== undefined && covers(reachOf(caller, reading), owners, false);
  }
  // Somebody of one's own in a group that is not is no reason to see the group.
  const whose = owners.teamId === null ? owners : { ...owners, userId: null };
  return covers(reachOf(caller, readingOf(subject)), whose, false);
}

function readingOf({ teamId, projectId, organizationId }: Place): Action {
  if (isNamed(teamId) || isNamed(projectId)) return 'team.read';
  return isNamed(organizationId) ? 'organization.read' : 'user.read';
}

/** null: there is no such thing. */
async function ownersOf(
  { known, keys, parties }: SubjectDoors,
  caller: Caller,
  subject: Named,
): Promise<Owners | null> {
  switch (subject.kind) {
    case 'self':
      return { ...NOBODYS, keyId: caller.keyId, userId: caller.userId };
    case 'key': {
      const key = await keys.keyInfo(subject.reference, 'everything');
      return key === null ? null : ownersOfKey(key.caller, known);
    }
    case 'place':
      return ownersOfPlace(known, caller, subject);
    case 'user': {
      const { id, email } = subject;
      const user = id !== null ? known.party('user', id) : email === null ? null : await parties.findUserByEmail(email);
      return user === null ? null : ownersOfParty(user, known);
    }
    default: {
      const party = known.party(subject.kind, subject.id);
      return party === null ? null : ownersOfParty(party, known);
    }
  }
}

/** Who may put something into a team may do so for whoever is in it. What does not belong together is not there. */
function ownersOfPlace(known: Known, caller: Caller, place: Place): Owners | null {
  const { userId, teamId, projectId, organizationId } = place;
  const groups = groupsOf(place, known);
  const project = isNamed(projectId) ? known.party('project', projectId) : null;
  if (isNamed(projectId) && (project === null || project.teamId !== groups.teamId)) return null;
  if (isNamed(teamId) && known.party('team', teamId) === null) return null;
  const ofTeam = groups.teamId === null ? null : (known.party('team', groups.teamId)?.organizationId ?? null);
  if (isNamed(organizationId) && groups.teamId !== null && organizationId !== ofTeam)
    throw noParty('organization', organizationId);
  if (groups.teamId === null && groups.organizationIds.length === 0) return { ...NOBODYS, userId: userId ?? null };
  if (isNamed(userId) && userId !== caller.userId && !isIn(known, userId, groups)) throw noParty('user', userId);
  // What is the caller's own in a team it may make where the team lets its members.
  return { ...NOBODYS, ...groups, userId: groups.teamId === null || userId !== caller.userId ? null : caller.userId };
}

function isIn({ party }: Known, userId: string, { teamId, organizationIds: [organizationId = ''] }: Groups): boolean {
  if (teamId !== null) return party('member', memberId(teamId, userId)) !== null;
  return party('organization_member', memberId(organizationId, userId)) !== null;
}

type Groups = ReturnType<typeof groupsOf>;
