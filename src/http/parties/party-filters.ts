import type { PartyPaging } from '../../access/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { type Route, reached, route } from '../route.ts';
import { teamFilterQuery } from './contract-team.ts';
import { userFilterQuery } from './contract-user.ts';
import { encodeRow } from './team-answer.ts';
import { encodeIdentity } from './user-answer.ts';

type FilterDoors = Pick<ManagementDoors, 'parties'>;

/** LiteLLM's doors for fields that complete what somebody types, and for how many there are. */
export function partyFilterRoutes(doors: FilterDoors): readonly Route[] {
  return [users(doors), teams(doors), counted(doors)];
}

function users({ parties }: FilterDoors): Route {
  return route({
    method: 'GET',
    path: '/user/filter/ui',
    summary: 'Users by a part of the address or by the id, newest first: who they are, not what they may use.',
    action: 'user.list',
    resource: reached,
    query: userFilterQuery,
    answer: async ({ reach, query }) => {
      const filter = { reach, ids: oneOrAll(query.user_id), email: query.user_email };
      const found = await parties.listParties('user', filter, { page: query.page, size: query.page_size });
      return {
        body: found.parties.map(encodeIdentity),
      };
    },
  });
}

function teams({ parties }: FilterDoors): Route {
  return route({
    method: 'GET',
    path: '/team/filter/ui',
    summary: 'Teams by a part of the name or by the id, newest first: which they are, not what they may use.',
    action: 'team.list',
    resource: reached,
    query: teamFilterQuery,
    answer: async ({ reach, query }) => {
      const filter = { reach, ids: oneOrAll(query.team_id), search: query.team_alias };
      const found = await parties.listParties('team', filter, { page: query.page, size: query.page_size });
      return {
        body: found.parties.map((team) => ({
          team_id: team.id,
          team_alias: team.alias,
          organization_id: team.organizationId,
          ...encodeRow(team),
        })),
      };
    },
  });
}

function oneOrAll(id: string | undefined): readonly string[] | undefined {
  return id === undefined ? undefined : [id];
}

/** There is no licence that would bound them. */
function counted({ parties }: FilterDoors): Route {
  return route({
    method: 'GET',
    path: '/user/available_users',
    summary: 'How many users and teams there are; as many more as anybody wants may be made.',
    action: 'user.list',
    answer: async () => {
      const [ofUsers, ofTeams] = await Promise.all(
        (['user', 'team'] as const).map((kind) =>
          parties.listParties(kind, { reach: 'everything' }, { page: 1, size: 1 }),
        ),
      );
      return {
        body: {
          total_users: null,
          total_users_used: ofUsers?.total,
          total_users_remaining: null,
          total_teams: null,
          total_teams_used: ofTeams?.total,
          total_teams_remaining: null,
        },
      };
    },
  });
}

const ORDERS = {
  user_id: 'id',
  team_id: 'id',
  user_email: 'email',
  user_alias: 'alias',
  team_alias: 'alias',
  user_role: 'role',
  created_at: 'created',
  updated_at: 'updated',
} as const;

/** The order of a list, by LiteLLM's words; `spend` is all that somebody ever spent. Left out: newest first. */
export async function sortedBy(
  kind: 'user' | 'team',
  {
    sort_by: by,
    sort_order: order,
  }: { readonly sort_by?: keyof typeof ORDERS | 'spend' | undefined; readonly sort_order: string },
  { spentMost }: Pick<ManagementDoors, 'spentMost'>,
): Promise<Pick<PartyPaging, 'by' | 'ranked' | 'ascending'>> {
  if (by === undefined) return {};
  const ascending = order === 'asc';
  return by === 'spend' ? { by: 'ranked', ranked: await spentMost(kind), ascending } : { by: ORDERS[by], ascending };
}
