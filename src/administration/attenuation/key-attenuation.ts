import {
  changedMembers,
  type FieldRule,
  type KeyMember,
  type Known,
  keyAsMade,
  keyFieldRules,
  keyTypes,
  type NewKey,
  type OtherNames,
  ownersOfKey,
  routesOfKeyType,
  settableOfKey,
  type VirtualKey,
} from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { requirePlace } from '../subject.ts';
import { type Asker, fieldOf, isHousekeeping, isOperator, mayBesides, notSettable } from './asker.ts';
import { inheriting, refuseUnbound } from './binding.ts';
import { ceilingOfAsking, ceilingsAbove } from './ceilings.ts';
import { furtherActionOf } from './rank.ts';
import { type Looking, refuseWider } from './refuse-wider.ts';

export type AttenuationDoors = {
  readonly known: Known;
  /** By what else than its name a model may stand in somebody's list. */
  readonly otherNames: (model: string) => OtherNames;
};

const MEMBERS = Object.keys(keyFieldRules) as readonly KeyMember[];

/** A key as it would be made for who asks: with what binds the key that asks. Throws a GatewayError (403, 404). */
export function newKeyWithin(wanted: NewKey, asker: Asker, doors: AttenuationDoors): NewKey {
  const { createdBy } = wanted;
  const bound = inheriting(wanted, asker.key);
  const made = keyAsMade(bound);
  const unsaid = keyAsMade(inheriting({ createdBy }, asker.key));
  const changed = changedMembers(MEMBERS, settableOfKey(unsaid), settableOfKey(made));
  requireRules(new Set([...changed, 'teamId']), { before: unsaid, after: made, isNew: true }, asker, doors);
  requireWithin(made, changed, MEMBERS, asker, doors);
  return bound;
}

/** Throws a GatewayError (403, 404) where who asks may not change the one into the other. */
export function requireKeyChange(before: VirtualKey, after: VirtualKey, asker: Asker, doors: AttenuationDoors): void {
  const changed = changedMembers(MEMBERS, settableOfKey(before), settableOfKey(after));
  requireRules(new Set(changed), { before, after, isNew: false }, asker, doors);
  requireWithin(after, changed, changed, asker, doors);
}

/** The same for who is shown its new secret: of such a key nothing may be more than that of the key that asks. */
export function requireKeyRotation(before: VirtualKey, after: VirtualKey, asker: Asker, doors: AttenuationDoors): void {
  requireKeyChange(before, after, asker, doors);
  requireWithin(after, [], MEMBERS, asker, doors);
  requireRank(after, asker, doors);
}

type Change = { readonly before: VirtualKey; readonly after: VirtualKey; readonly isNew: boolean };

function requireRules(
  changed: ReadonlySet<KeyMember>,
  change: Change,
  asker: Asker,
  { known, otherNames }: AttenuationDoors,
): void {
  const rules = [...changed].map((member) => [member, keyFieldRules[member]] as const);
  for (const [member, rule] of rules) {
    if (!isMet(rule, member, change, asker, known)) throw notSettable(rule, asker);
  }
  const isPlaced = rules.some(([, { needs }]) => needs === 'place');
  if (isPlaced) requirePlaceOf(change, asker, { known, otherNames });
}

/** What is left to `requireWithin` and `requirePlaceOf` is met here. */
function isMet(
  { needs }: FieldRule,
  member: KeyMember,
  { before, after, isNew }: Change,
  asker: Asker,
  known: Known,
): boolean {
  if (needs === 'nothing' || needs === 'ceiling' || needs === 'place') return true;
  if (isHousekeeping(asker, needs) || isOperator(asker)) return true;
  if (needs === 'operator' || needs === 'rank') return false;
  if (member === 'allowedRoutes' && isNarrowing(before, after)) return true;
  return mayBesides(asker, needs, ownersOfKey((isNew ? after : before).caller, known));
}

/** A type of keys says less than all routes do. */
function isNarrowing(before: VirtualKey, after: VirtualKey): boolean {
  const { allowedRoutes: former = [] } = before.terms;
  const routes = JSON.stringify(after.terms.allowedRoutes ?? []);
  return former.length === 0 && keyTypes.some((type) => JSON.stringify(routesOfKeyType(type)) === routes);
}

/** It is put where it stands as if it was made there. */
function requirePlaceOf({ after }: Change, asker: Asker, doors: AttenuationDoors): void {
  const { key, path } = asker;
  if (isOperator(asker) || isHousekeeping(asker, 'place')) return;
  const { userId, teamId, projectId, organizationId } = after.caller;
  const action = userId === null ? 'key.create_service' : 'key.create';
  requirePlace(doors.known, { caller: key.caller, action, path }, { userId, teamId, projectId, organizationId });
  requireRank(after, asker, doors);
}

function requireRank({ caller: held }: VirtualKey, asker: Asker, { known }: AttenuationDoors): void {
  const { caller } = asker.key;
  // A token may say that its user is less than it is here: the user's keys are not.
  const isOwn = held.userId === caller.userId && held.kind === 'virtual-key' && caller.tokenRole === undefined;
  if (isOperator(asker) || isOwn) return;
  const further = furtherActionOf(held, caller, known);
  if (further === null) return;
  const param = fieldOf(asker, held.kind === 'virtual-key' ? 'user_id' : 'key_type');
  throw new GatewayError(
    'permission_denied',
    `'${param}' cannot be so: such a key may do '${further}' there, which you may not.`,
    { param },
  );
}

/** `changed` may not be more than what stands above has, `held` not more than what the key that asks has. */
function requireWithin(
  after: VirtualKey,
  changed: readonly KeyMember[],
  held: readonly KeyMember[],
  asker: Asker,
  { known, otherNames }: AttenuationDoors,
): void {
  const tell = (member: string): string => fieldOf(asker, keyFieldRules[member as KeyMember].field);
  const looking = (members: readonly KeyMember[]): Looking => ({
    members: new Set(members),
    fieldOf: tell,
    otherNames,
  });
  const { models } = after.caller;
  if (!isOperator(asker)) {
    for (const ceiling of ceilingsAbove(after.caller, known))
      refuseWider({ ...after, models }, ceiling, looking(changed));
  }
  const own = ceilingOfAsking(asker.key, known);
  if (own === null) return;
  refuseWider({ ...after, models }, own, looking(held));
  refuseUnbound(after, asker.key, looking(held));
}
