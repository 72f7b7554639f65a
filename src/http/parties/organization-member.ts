import type { Party } from '../../access/index.ts';
import { addMembers, changeGoverned, findMember, findParty, removeParties } from '../../administration/index.ts';
import { usdFromNano } from '../../std/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { type Route, route } from '../route.ts';
import {
  addOrganizationMembersBody,
  removeOrganizationMemberBody,
  updateOrganizationMemberBody,
} from './contract-organization.ts';
import { namedUser } from './team-joining.ts';

export function organizationMemberRoutes(doors: ManagementDoors): readonly Route[] {
  return [add(doors), update(doors), remove(doors)];
}

function add(doors: ManagementDoors): Route {
  const { parties } = doors;
  return route({
    method: 'POST',
    path: '/organization/member_add',
    summary: 'Let users into an organization; whom nobody knows is made.',
    action: 'organization_member.change',
    resource: ({ body }) => ({ kind: 'organization', id: body.organization_id }),
    body: addOrganizationMembersBody,
    answer: async ({ key, path, body }) => {
      const { organization_id: id, max_budget_in_organization: maxBudgetNanoUsd } = body;
      await findParty(parties, 'organization', id);
      const named = [body.member].flat();
      const joining = named.map((each) => ({ ...namedUser(each), role: each.role, maxBudgetNanoUsd }));
      const group = { kind: 'organization', id, organizationId: id } as const;
      const { users, members } = await addMembers(doors, { key, path }, group, joining);
      return {
        body: {
          organization_id: id,
          updated_users: users.map((user) => ({ user_id: user.id, user_email: user.email, user_role: user.role })),
          updated_organization_memberships: members.map(encode),
        },
      };
    },
  });
}

function update(doors: ManagementDoors): Route {
  const { parties } = doors;
  return route({
    method: 'PATCH',
    path: '/organization/member_update',
    summary: 'Change what a member of an organization is and may use.',
    action: 'organization_member.change',
    resource: ({ body }) => ({ kind: 'organization', id: body.organization_id }),
    body: updateOrganizationMemberBody,
    answer: async ({ key, path, body }) => {
      const { id } = await findMember(parties, 'organization', body.organization_id, namedUser(body));
      const { role, max_budget_in_organization: maxBudgetNanoUsd } = body;
      const change = { role: role ?? undefined, maxBudgetNanoUsd };
      return { body: encode(await changeGoverned(doors, { key, path }, 'organization_member', id, () => change)) };
    },
  });
}

function remove({ parties }: ManagementDoors): Route {
  return route({
    method: 'DELETE',
    path: '/organization/member_delete',
    summary: 'Take a user out of an organization.',
    action: 'organization_member.change',
    resource: ({ body }) => ({ kind: 'organization', id: body.organization_id }),
    body: removeOrganizationMemberBody,
    answer: async ({ body }) => {
      const member = await findMember(parties, 'organization', body.organization_id, namedUser(body));
      await removeParties(parties, 'organization_member', [member.id]);
      return { body: encode(member) };
    },
  });
}

function encode({ userId, organizationId, role, maxBudgetNanoUsd }: Party) {
  return {
    user_id: userId,
    organization_id: organizationId,
    user_role: role,
    max_budget_in_organization: maxBudgetNanoUsd === null ? null : usdFromNano(maxBudgetNanoUsd),
  };
}
