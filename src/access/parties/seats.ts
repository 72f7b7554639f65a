import type { Authority } from '../../inference/index.ts';
import type { Party } from './party.ts';

/** The memberships of each user, as rows come in. */
export type Seats = { readonly take: (row: Party) => void; readonly of: (userId: string) => readonly Party[] };

export function openSeats(): Seats {
  const byUser = new Map<string, Map<string, Party>>();
  return {
    take: (row) => {
      if ((row.kind !== 'member' && row.kind !== 'organization_member') || row.userId === null) return;
      const ofUser = byUser.get(row.userId) ?? new Map<string, Party>();
      const name = `${row.kind} ${row.id}`;
      if (row.deletedAtMs === null) ofUser.set(name, row);
      else ofUser.delete(name);
      if (ofUser.size === 0) byUser.delete(row.userId);
      else byUser.set(row.userId, ofUser);
    },
    of: (userId) => [...(byUser.get(userId)?.values() ?? [])],
  };
}

export function authorityOf(
  user: Party,
  seats: readonly Party[],
  teams: ReadonlyMap<string, Party> | undefined,
): Authority {
  return Object.freeze({
    role: user.role,
    // Who is blocked where it is a member is nobody there.
    teams: seats.flatMap(({ kind, teamId, role, blocked }) =>
      kind === 'member' && teamId !== null && !blocked
        ? [{ teamId, isAdmin: role === 'admin', permissions: teams?.get(teamId)?.settings.memberPermissions ?? [] }]
        : [],
    ),
    organizations: seats.flatMap(({ kind, organizationId, role, blocked }) =>
      kind === 'organization_member' && organizationId !== null && !blocked
        ? [{ organizationId, isAdmin: role === 'org_admin' }]
        : [],
    ),
  });
}
