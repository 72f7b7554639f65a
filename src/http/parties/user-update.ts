import type { Party, PartyChanges, PartyPaging, PartyTerms, VirtualKey } from '../../access/index.ts';
import {
  type Asker,
  changeGoverned,
  changeUser,
  findBudget,
  isOperator,
  passwordIn,
} from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { askerOf } from '../management/asker.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { noticesOf, told } from '../management/terms-answer.ts';
import { type Route, route } from '../route.ts';
import { bulkUpdateBody, MOST_UPDATES, type UserFields, updateUserBody } from './contract-user.ts';
import { commonChanges, NO_TERMS } from './party-terms.ts';
import { encodeUser } from './user-answer.ts';

/** What the request leaves out stays as it is; `before` is null for one who is made. */
export function userChanges(
  fields: Omit<UserFields, 'user_id' | 'user_email'>,
  before: (PartyTerms & PartyChanges) | null,
  nowMs: number,
): PartyChanges {
  const { user_alias: alias, user_role: role, budget_id: budgetId, sso_user_id: ssoUserId } = fields;
  const settings = before?.settings ?? {};
  return {
    ...commonChanges(fields, before ?? NO_TERMS, nowMs),
    alias,
    role: role ?? undefined,
    budgetId,
    settings: ssoUserId === undefined ? settings : { ...settings, ssoUserId: ssoUserId ?? undefined },
  };
}

export function update(doors: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/user/update',
    summary: 'Change a user at once, by its id or its address; one whom nobody knows is made.',
    action: 'user.change',
    resource: ({ body }) => ({ kind: 'user', id: body.user_id ?? null, email: body.user_email ?? null }),
    body: updateUserBody,
    answer: async ({ key, path, body }) => {
      const { user, notices } = await updateUser(body, askerOf(key, path, body), doors);
      const data = await encodeUser(user, key.caller, doors);
      return { body: { user_id: user.id, data, ...told(notices) } };
    },
  });
}

async function updateUser(body: UserFields, asker: Asker, doors: ManagementDoors) {
  const { parties, people, spentBy, clock } = doors;
  if (isOperator(asker)) await findBudget(parties, body.budget_id);
  const { user_id: userId = null, user_email: email = null } = body;
  const named = userId === null ? parties.findUserByEmail(email ?? '') : parties.findParty('user', userId);
  const setPassword = passwordIn(asker, body, await named, people);
  const user = await changeUser(doors, asker, { userId, email }, (before) => ({
    ...userChanges(body, before, clock.nowMs()),
    ...(email === null ? {} : { email }),
  }));
  await setPassword?.(user);
  return { user, notices: await noticesOf({ kind: 'user', id: user.id }, user, spentBy) };
}

type Result = {
  readonly user_id: string | null;
  readonly user_email: string | null;
  readonly success: boolean;
  readonly error: string | null;
  readonly updated_user: unknown;
};

export function bulkUpdate(doors: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/user/bulk_update',
    summary: 'Change several users, or all; what became of each is told.',
    action: 'user.change',
    body: bulkUpdateBody,
    answer: async ({ key, path, body }) => {
      const asker = { key, path };
      const results: Result[] = [];
      if ('users' in body) {
        for (const each of body.users) {
          const named = { id: each.user_id ?? null, email: each.user_email ?? null };
          results.push(await resultOf(named, async () => (await updateUser(each, asker, doors)).user, key, doors));
        }
      } else {
        await findBudget(doors.parties, body.user_updates.budget_id);
        for (const user of await allUsers(doors))
          results.push(await resultOf(user, () => updated(user, body.user_updates, asker, doors), key, doors));
      }
      const successful = results.filter(({ success }) => success).length;
      return {
        body: {
          results,
          total_requested: results.length,
          successful_updates: successful,
          failed_updates: results.length - successful,
        },
      };
    },
  });
}

function updated(
  { id }: Party,
  fields: Parameters<typeof userChanges>[0],
  asker: Asker,
  doors: ManagementDoors,
): Promise<Party> {
  return changeGoverned(doors, asker, 'user', id, (before) => userChanges(fields, before, doors.clock.nowMs()));
}

/** Those who are there when it begins: a page that moves while it is read would leave somebody out. */
async function allUsers({ parties }: ManagementDoors): Promise<readonly Party[]> {
  const users: Party[] = [];
  const paging: PartyPaging = { page: 1, size: MOST_UPDATES, by: 'id', ascending: true };
  for (let page = 1; ; page++) {
    const found = await parties.listParties('user', { reach: 'everything' }, { ...paging, page });
    users.push(...found.parties);
    if (found.parties.length < MOST_UPDATES) return users;
  }
}

async function resultOf(
  { id, email }: Pick<Party, 'email'> & { readonly id: string | null },
  change: () => Promise<Party>,
  { caller }: VirtualKey,
  doors: ManagementDoors,
): Promise<Result> {
  try {
    const user = await change();
    const shown = await encodeUser(user, caller, doors);
    return { user_id: user.id, user_email: user.email, success: true, error: null, updated_user: shown };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { user_id: id, user_email: email, success: false, error: error.message, updated_user: null };
  }
}
