import { type Caller, NO_ALLOWANCE } from '../../inference/index.ts';
import type { KeyParty, VirtualKey } from '../virtual-key.ts';
import { type Directory, sharing } from './directory.ts';
import { memberId, type Party, type PartyKind } from './party.ts';
import { promptsAtMost } from './prompts-at-most.ts';

/** LiteLLM's word for whatever the key's team may use. */
const ALL_OF_TEAM = 'all-team-models';

/** Keys as their holders stand now. */
export type Standings = { readonly of: (key: VirtualKey) => VirtualKey };

/** Worked out once for each key and each change of anybody. */
export function openStandings(directory: Pick<Directory, 'party' | 'authorityOf' | 'version'>): Standings {
  const known = new WeakMap<VirtualKey, { readonly version: number; readonly key: VirtualKey }>();
  return {
    of: (key) => {
      if (key.caller.kind === 'master') return key;
      const version = directory.version();
      const last = known.get(key);
      if (last?.version === version) return last.key;
      const standing = standingOf(key, directory);
      known.set(key, { version, key: standing });
      return standing;
    },
  };
}

/**
 * A key with all that it belongs to: a project's key is its team's, a team's its organization's. What a user may use
 * is for keys that are the user's alone, as in LiteLLM: what is done for a team is the member's.
 */
function standingOf(key: VirtualKey, { party, authorityOf }: Pick<Directory, 'party' | 'authorityOf'>): VirtualKey {
  const { caller } = key;
  const { userId, projectId } = caller;
  const project = projectId === null ? null : party('project', projectId);
  const teamId = caller.teamId ?? project?.teamId ?? null;
  const team = teamId === null ? null : party('team', teamId);
  const organizationId = caller.organizationId ?? team?.organizationId ?? null;
  const asked: readonly (readonly [PartyKind, string | null])[] = [
    ['member', teamId === null || userId === null ? null : memberId(teamId, userId)],
    ['team', teamId],
    ['project', projectId],
    ['organization_member', organizationId === null || userId === null ? null : memberId(organizationId, userId)],
    ['organization', organizationId],
  ];
  const found = asked.flatMap(([kind, id]) => (id === null ? [] : [{ kind, id, party: party(kind, id) }]));
  const user = userId === null ? null : { kind: 'user' as const, id: userId, party: party('user', userId) };
  const authority = userId === null ? null : authorityOf(userId);
  const ofUser = user === null ? [] : [teamId === null ? limited(user) : unlimited(user)];
  const groups = found.flatMap(({ party: each }) => (each === null ? [] : [each]));
  const restricting = teamId === null && user?.party ? [user.party, ...groups] : groups;
  const prompts = promptsAtMost([key, ...(user?.party ? [user.party] : []), ...groups]);
  return Object.freeze({
    ...key,
    ...(prompts === null ? {} : { promptsAtMost: prompts }),
    caller: Object.freeze({
      ...caller,
      teamId,
      organizationId,
      ...(authority === null ? {} : { authority }),
      ...modelsOf(caller, team, restricting),
      ...routesOf(key, team, restricting),
    }),
    parties: [...(caller.kind === 'person' ? [] : [ownOf(key, party)]), ...ofUser, ...found.map(limited)],
    blockedBy: [user?.party ?? null, ...groups].find((each) => each?.blocked === true) ?? null,
  });
}

/** The key itself, by its own terms and those of the budget that it refers to. */
function ownOf(key: VirtualKey, party: Directory['party']): KeyParty {
  const { budgetId } = key.terms;
  const budget = budgetId === undefined ? null : party('budget', budgetId);
  const { allowance, modelAllowances } = budget === null ? key : sharing(key, budget);
  return { kind: 'key', id: key.id, allowance, modelAllowances };
}

/** Where its calls may go, and by whose credentials. */
function routesOf(
  { id, caller, terms }: VirtualKey,
  team: Party | null,
  restricting: readonly Party[],
): Pick<Caller, 'policies' | 'credentials'> {
  const own = terms.policy === undefined ? [] : [{ whose: `key '${caller.keyAlias ?? id}'`, policy: terms.policy }];
  const policies = [
    ...own,
    ...restricting.flatMap((each) => {
      const { policy } = each.settings;
      return policy === undefined ? [] : [{ whose: `${each.kind} '${each.id}'`, policy }];
    }),
  ];
  const credentials = team?.settings.credentials;
  return { ...(policies.length === 0 ? {} : { policies }), ...(credentials === undefined ? {} : { credentials }) };
}

function modelsOf(caller: Caller, team: Party | null, restricting: readonly Party[]): Partial<Caller> {
  const own = team !== null && caller.models.includes(ALL_OF_TEAM) ? [] : caller.models;
  const furtherModels = restricting.flatMap(({ models }) => (models.length === 0 ? [] : [models]));
  const teams = team === null ? {} : team.aliases;
  return { models: own, furtherModels, aliases: { ...teams, ...caller.aliases } };
}

type Asked = { readonly kind: PartyKind; readonly id: string; readonly party: Party | null };

function limited({ kind, id, party }: Asked): KeyParty {
  if (party === null) return unlimited({ kind, id });
  const { allowance, modelAllowances } = party;
  return { kind, id, allowance, modelAllowances };
}

/** What the configuration allows it counts all the same. */
function unlimited({ kind, id }: Pick<Asked, 'kind' | 'id'>): KeyParty {
  return { kind, id, allowance: NO_ALLOWANCE, modelAllowances: NO_MODELS };
}

const NO_MODELS: KeyParty['modelAllowances'] = new Map();
