import { type Clock, randomId, randomText } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { Recording } from '../recording.ts';
import type { InvitationBounds, Link, LinkPurpose } from './link.ts';
import * as store from './link-store.ts';
import { secretHash } from './session.ts';

const DAY_MS = 86_400_000;

/** LiteLLM's invitations last as long. */
const LASTS_MS: Readonly<Record<LinkPurpose, number>> = {
  setup: DAY_MS,
  recovery: DAY_MS / 24,
  invitation: 7 * DAY_MS,
};
/** So long after their end people are still told of invitations. */
const KEPT_MS = 30 * DAY_MS;
const MOST_LISTED = 1_000;
/** 256 bits. */
const TOKEN_LETTERS = 43;
const TOKEN = /^wbl_[0-9A-Za-z]{43}$/;

export type Links = {
  /** Answers the secret, which is known here and now only. */
  readonly make: (
    purpose: LinkPurpose,
    userId: string | null,
    by: string,
    bounds?: InvitationBounds | null,
  ) => Promise<{ readonly link: Link; readonly token: string }>;
  /** Whoever has the secret. null: it was opened, is too old, or never was. */
  readonly peek: (token: string) => Promise<Link | null>;
  /** Opens it: of any number that try at once only one succeeds. */
  readonly use: (token: string) => Promise<boolean>;
  readonly find: (id: string) => Promise<Link | null>;
  /** Newest first; `userId` null: everybody's. */
  readonly invitations: (userId: string | null) => Promise<readonly Link[]>;
  /** Nobody can open it from now on. False: nobody could before. */
  readonly close: (id: string, by: string) => Promise<boolean>;
  readonly remove: (id: string) => Promise<boolean>;
  /** False: a link to set up is still good for something. */
  readonly hasAdministrator: () => Promise<boolean>;
};

export type LinksOptions = { readonly database: Database; readonly clock: Clock; readonly recording: Recording };

export function openLinks({ database, clock, recording }: LinksOptions): Links {
  const find = (id: string): Promise<Link | null> => store.findLink(database, { id });
  return {
    make: async (purpose, userId, by, bounds = null) => {
      const token = `wbl_${randomText(TOKEN_LETTERS)}`;
      const nowMs = clock.nowMs();
      const link: Link = {
        id: randomId('link'),
        purpose,
        userId,
        createdAtMs: nowMs,
        createdBy: by,
        updatedAtMs: nowMs,
        updatedBy: by,
        expiresAtMs: nowMs + LASTS_MS[purpose],
        usedAtMs: null,
        bounds,
      };
      const statements = [store.dropOldLinks(nowMs, KEPT_MS), store.insertLink(link, secretHash(token))];
      await recording([changeOf('create', link)], null).write(statements);
      return { link, token };
    },
    peek: async (token) => {
      if (!TOKEN.test(token)) return null;
      const link = await store.findLink(database, { hash: secretHash(token) });
      if (link === null || link.usedAtMs !== null || link.expiresAtMs <= clock.nowMs()) return null;
      return link.purpose === 'setup' && (await store.hasAdministrator(database)) ? null : link;
    },
    use: async (token) => (await database.write([store.useLink(secretHash(token), clock.nowMs())]))[0]?.changed === 1,
    find,
    invitations: (userId) => store.listLinks(database, { purpose: 'invitation', userId }, MOST_LISTED),
    close: async (id, by) => {
      const link = await find(id);
      if (link === null) return false;
      const when = { sql: 'EXISTS (SELECT 1 FROM access_link WHERE id = ? AND updated_by = ?)', values: [id, by] };
      const recorded = recording([changeOf('change', link)], when);
      return (await recorded.write([store.closeLink(id, by, clock.nowMs())]))[0]?.changed === 1;
    },
    remove: async (id) => {
      const link = await find(id);
      if (link === null) return false;
      await recording([changeOf('delete', link)], null).write([store.dropLink(id)]);
      return true;
    },
    hasAdministrator: () => store.hasAdministrator(database),
  };
}

function changeOf(verb: 'create' | 'change' | 'delete', { id, purpose, userId, expiresAtMs }: Link) {
  const facts = { purpose, user_id: userId, expires_at_ms: expiresAtMs };
  const before = verb === 'create' ? null : { ...facts, open: true };
  const after = verb === 'delete' ? null : { ...facts, open: verb === 'create' };
  return { action: `invitation.${verb}`, kind: 'invitation', target: id, before, after };
}
