/** What a link is for that is opened once: to become the first administrator, to become one again, to set a password. */
export type LinkPurpose = 'setup' | 'recovery' | 'invitation';

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
};

/** Where the pages are that open links. */
export function linkPath(purpose: LinkPurpose, token: string): string {
  return `/ui/${purpose === 'invitation' ? 'invitation' : 'setup'}?token=${token}`;
}
