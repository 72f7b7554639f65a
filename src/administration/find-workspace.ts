import { type KeyView, memberId, type PartyAdministration } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';

type Parties = Pick<PartyAdministration, 'findParty'>;

/** The project of that id, for who has that view; another house's answers like one that is not there (400). */
export async function findWorkspace(parties: Parties, id: string, view: KeyView): Promise<string> {
  const project = await parties.findParty('project', id);
  const team = project?.teamId ?? null;
  const organizationId =
    project?.organizationId ??
    (team === null ? null : ((await parties.findParty('team', team))?.organizationId ?? null));
  if (project !== null && (view === 'all' || view.organizationId === organizationId)) return id;
  throw new GatewayError('invalid_request', `There is no workspace '${id}': a workspace is a project.`, {
    param: 'workspace_id',
  });
}

/** Whose keys an organization's manager makes is its member; elsewhere anybody may be named. */
export async function requireMember(parties: Parties, userId: string, view: KeyView): Promise<void> {
  if (view === 'all' || view.organizationId === null) return;
  const member = await parties.findParty('organization_member', memberId(view.organizationId, userId));
  if (member !== null) return;
  throw new GatewayError('invalid_request', `There is no member '${userId}' of this organization.`, {
    param: 'creator_user_id',
  });
}
