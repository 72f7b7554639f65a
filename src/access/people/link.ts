/** What a link is for that is opened once: to become the first administrator, to become one again, to set a password. */
export type LinkPurpose = 'setup' | 'recovery' | 'invitation';

/**
 * What a user may have at most when an invitation is opened that no operator made: seats and models of what the inviter
 * has in hand.
 */
export type InvitationBounds = {
  readonly teams: readonly string[];
  readonly organizations: readonly string[];
  /** Of one's own, beside those of one's groups; null: all. */
  readonly models: readonly string[] | null;
};

export type Link = {
  /** Public: what it is listed and ended by. */
  readonly id: string;
  readonly purpose: LinkPurpose;
  /** Whose password it sets; null: whoever opens it says who they are. */
  readonly userId: string | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly expiresAtMs: number;
  /** null: it was not opened yet. */
  readonly usedAtMs: number | null;
  /** null: whoever it is for may be anybody by then. */
  readonly bounds: InvitationBounds | null;
};

/** Where the pages are that open links. */
export function linkPath(purpose: LinkPurpose, token: string): string {
  return `/ui/${purpose === 'invitation' ? 'invitation' : 'setup'}?token=${token}`;
}
