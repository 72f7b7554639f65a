import { type Known, memberId, type NewParty, NOBODYS, newMember, type Party } from '../../access/index.ts';
import { randomId } from '../../std/index.ts';
import { noParty } from '../parties.ts';
import { type Asker, isOperator, mayBesides } from './asker.ts';
import { type Governed, NO_MODELS } from './party-attenuation.ts';

export type GroupKind = 'team' | 'organization';

/** A user by an id or by an address; one of the two at least. */
export type NamedUser = { readonly userId: string | null; readonly email: string | null };

/** A group that users are let into, and whose it is; null: no organization's. */
export type JoinedGroup = { readonly kind: GroupKind; readonly id: string; readonly organizationId: string | null };

/**
 * Who is not an operator lets in whom its house has: the members of the organization, or, where there is none, who is in
 * none. Throws a GatewayError (404) for everybody else, as for who is not there.
 */
export function requireOfHouse(user: Party, named: NamedUser, group: JoinedGroup, asker: Asker, known: Known): void {
  if (isOperator(asker)) return;
  const { organizationId } = group;
  const isOfHouse =
    organizationId === null
      ? (known.authorityOf(user.id)?.organizations ?? []).length === 0
      : known.party('organization_member', memberId(organizationId, user.id)) !== null;
  if (!isOfHouse) throw nobody(named);
}

/** What is made for a user whom nobody knows: for an operator by any name, else by an address, in the organization. */
export function newcomer(named: NamedUser, group: JoinedGroup, asker: Asker): readonly [Governed, ...Governed[]] {
  const { userId, email } = named;
  const createdBy = asker.key.id;
  const user = { kind: 'user', id: userId ?? randomId('user'), email, createdBy } as const satisfies NewParty;
  if (isOperator(asker)) return [user];
  const { organizationId, kind } = group;
  const owners = { ...NOBODYS, organizationIds: organizationId === null ? [] : [organizationId] };
  if (userId !== null || organizationId === null || !mayBesides(asker, 'user.create', owners)) throw nobody(named);
  const made = { ...user, role: 'internal_user', models: NO_MODELS };
  if (kind === 'organization') return [made];
  const role = { role: 'internal_user', createdBy };
  return [made, newMember('organization_member', organizationId, made.id, role) as Governed];
}

function nobody({ userId, email }: NamedUser): Error {
  return noParty('user', userId ?? email ?? '');
}
