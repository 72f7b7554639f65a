import { memberId, newMember, type PartyAdministration } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';

const PAGE = 1_000;

/** Everybody in a team, in the order in which they came. */
export async function teamMemberIds(parties: PartyAdministration, teamId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const order = { by: 'created', ascending: true } as const;
    const { parties: found } = await parties.listParties(
      'member',
      { reach: 'everything', teamId },
      { page, size: PAGE, ...order },
    );
    ids.push(...found.flatMap(({ userId }) => userId ?? []));
    if (found.length < PAGE) return ids;
  }
}

/**
 * Lets users into a team and others out, whose keys of the team go with them. Who is in it already stays as it is.
 * Throws a GatewayError (400) that names a user who is not there; then nobody comes or goes.
 */
export async function changeTeamMembers(
  parties: PartyAdministration,
  teamId: string,
  { coming, going }: { readonly coming: readonly string[]; readonly going: readonly string[] },
  by: string,
): Promise<void> {
  await requireUsers(parties, coming);
  const members = coming.map((userId) => newMember('member', teamId, userId, { role: 'user', createdBy: by }));
  if (members.length > 0 && (await parties.createParties(members)) === null) {
    // Some came in at the same moment by another way.
    for (const member of members) await parties.createParties([member]);
  }
  if (going.length > 0)
    await parties.removeParties(
      'member',
      going.map((userId) => memberId(teamId, userId)),
    );
}

/** Throws a GatewayError (400) that names one who is not there. */
export async function requireUsers(parties: PartyAdministration, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += PAGE) {
    const asked = ids.slice(from, from + PAGE);
    const { parties: found } = await parties.listParties(
      'user',
      { reach: 'everything', ids: asked },
      { page: 1, size: PAGE },
    );
    const missing = asked.find((id) => !found.some((user) => user.id === id));
    if (missing === undefined) continue;
    throw new GatewayError('invalid_request', `There is no user '${missing}'.`, { param: 'members' });
  }
}
