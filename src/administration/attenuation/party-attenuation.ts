import {
  baseRole,
  changedMembers,
  type GovernedKind,
  type NewParty,
  ownersOfParty,
  type Party,
  type PartyFacts,
  type PartyFieldRule,
  type PartyMember,
  partyAsMade,
  partyFieldRules,
  settableOfParty,
  termsOfStored,
  USER_ROLES,
} from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { randomId } from '../../std/index.ts';
import { requirePlace } from '../subject.ts';
import { type Asker, fieldOf, isOperator, mayBesides, notSettable } from './asker.ts';
import { type Ceiling, ceilingOfAsking, ceilingOfParty, ceilingsAbove } from './ceilings.ts';
import type { AttenuationDoors } from './key-attenuation.ts';
import { type Looking, refuseWider } from './refuse-wider.ts';

export type Governed = NewParty & { readonly kind: GovernedKind };

/** LiteLLM's word for none: without it an empty list would mean all. */
export const NO_MODELS: readonly string[] = ['no-default-models'];

/** Throws a GatewayError (403, 404) where who asks may not make it, or not so. */
export function requireNewParty(party: Governed, asker: Asker, doors: AttenuationDoors): void {
  const { kind, id, createdBy, teamId, userId, organizationId } = party;
  const isMember = kind === 'member' || kind === 'organization_member';
  const unsaid = {
    ...partyAsMade({ kind, id, createdBy, ...(isMember ? { teamId, userId, organizationId, role: party.role } : {}) }),
    // What a user is and may call who is made by less than an operator is said, not left to the rule for new ones.
    ...(kind === 'user' ? { role: 'internal_user', models: NO_MODELS } : {}),
  };
  requireRules(kind, unsaid, partyAsMade(party), true, asker, doors);
}

/** Throws a GatewayError (403, 404) where who asks may not change the one into the other. */
export function requirePartyChange(before: Party, after: PartyFacts, asker: Asker, doors: AttenuationDoors): void {
  if (before.kind === 'user') requireRank(before, 'user_id', asker);
  requireRules(before.kind as GovernedKind, before, after, false, asker, doors);
}

/** An id that somebody chose would tell it which ones others have. */
export function idOfNew(asker: Asker, field: string, asked: string | null | undefined, prefix: string): string {
  if (asked === null || asked === undefined) return randomId(prefix);
  if (isOperator(asker)) return asked;
  throw notSettable({ field, needs: 'operator' }, asker);
}

function requireRules(
  kind: GovernedKind,
  before: PartyFacts,
  after: PartyFacts,
  isNew: boolean,
  asker: Asker,
  doors: AttenuationDoors,
): void {
  const rules = partyFieldRules[kind];
  const members = Object.keys(rules) as readonly PartyMember[];
  const changed = changedMembers(members, settableOfParty(before), settableOfParty(after));
  for (const member of changed) {
    const rule = ruleOf(rules[member], isNew);
    if (rule.needs === 'rank') requireRank(after, rule.field, asker);
    else if (!isMet(rule, isNew ? after : before, asker, doors)) throw notSettable(rule, asker);
  }
  if (isNew || changed.some((member) => rules[member].needs === 'place')) requirePlaceOf(kind, after, asker, doors);
  requireWithin(kind, after, changed, asker, doors);
}

function ruleOf({ ofNew, ...rule }: PartyFieldRule, isNew: boolean): PartyFieldRule {
  return isNew && ofNew !== undefined ? { ...rule, needs: ofNew } : rule;
}

function isMet({ needs }: PartyFieldRule, whose: PartyFacts, asker: Asker, { known }: AttenuationDoors): boolean {
  if (needs === 'nothing' || needs === 'ceiling' || needs === 'place' || isOperator(asker)) return true;
  if (needs === 'operator' || needs === 'rank') return false;
  return mayBesides(asker, needs, ownersOfParty(whose, known));
}

/** The mightiest first. */
const RANKS: readonly string[] = USER_ROLES;
const LEAST = 'internal_user_viewer';

/** Nobody makes anybody more than they are, nor changes who is more. */
function requireRank({ role }: Pick<PartyFacts, 'role'>, field: string, asker: Asker): void {
  const { caller } = asker.key;
  if (caller.kind === 'master') return;
  const own = baseRole(caller);
  const [asked, most] = [RANKS.indexOf(role ?? LEAST), RANKS.indexOf(own)];
  if (most !== -1 && (asked === -1 || asked >= most)) return;
  const param = fieldOf(asker, field);
  throw new GatewayError('permission_denied', `'${param}' cannot be ${role}: you are ${own}.`, { param });
}

/** Members and users stand where the route has looked already. */
function requirePlaceOf(kind: GovernedKind, after: PartyFacts, asker: Asker, { known }: AttenuationDoors): void {
  if (isOperator(asker) || (kind !== 'team' && kind !== 'project')) return;
  const { teamId, organizationId } = after;
  const action = kind === 'team' ? 'team.create' : 'project.create';
  const place = kind === 'team' ? { organizationId } : { teamId };
  requirePlace(known, { caller: asker.key.caller, action, path: asker.path }, place);
}

function requireWithin(
  kind: GovernedKind,
  after: PartyFacts,
  changed: readonly PartyMember[],
  asker: Asker,
  { known, otherNames }: AttenuationDoors,
): void {
  const rules = partyFieldRules[kind];
  const looking: Looking = {
    members: new Set<string>(changed),
    fieldOf: (member) => fieldOf(asker, rules[member as PartyMember].field),
    otherNames,
  };
  const { teamId, organizationId } = after;
  const own = ceilingOfAsking(asker.key, known);
  const above = isOperator(asker) ? [] : ceilingsAbove({ teamId, organizationId }, known);
  const ceilings = [...above, ...(own === null ? [] : [own])];
  for (const ceiling of ceilings) refuseWider(after, ceiling, looking);
  if (kind === 'team' && !isOperator(asker)) {
    for (const ceiling of [ceilingOfParty(after, known), ...ceilings]) refuseMembersWider(after, ceiling, looking);
  }
}

const OF_MEMBERS = [
  {
    said: 'memberTerms',
    fields: {
      maxBudgetNanoUsd: 'team_member_budget',
      rpmLimit: 'team_member_rpm_limit',
      tpmLimit: 'team_member_tpm_limit',
    },
  },
  { said: 'memberModels', fields: { models: 'default_team_member_models' } },
] as const;

/** What a team gives its members is no more than it has itself. */
function refuseMembersWider({ settings }: PartyFacts, ceiling: Ceiling, looking: Looking): void {
  const { memberTerms = {}, memberModels = [] } = settings;
  for (const { said, fields } of OF_MEMBERS) {
    if (!looking.members.has(said)) continue;
    const names: Readonly<Record<string, string>> = fields;
    refuseWider({ ...termsOfStored(memberTerms), models: memberModels }, ceiling, {
      ...looking,
      members: new Set(Object.keys(names)),
      fieldOf: (member) => names[member] ?? looking.fieldOf(said),
    });
  }
}
