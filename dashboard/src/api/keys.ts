import type { z } from 'zod';
import type { generateKeyBody, regenerateKeyBody, updateKeyBody } from '../../../src/http/keys/contract-key.ts';
import { api, type Query } from './client.ts';
import type { Terms } from './parties.ts';
import { type Every, toTheEnd } from './to-the-end.ts';

export type NewKey = z.input<typeof generateKeyBody>;
export type ChangedKey = z.input<typeof updateKeyBody>;
export type RotatedKey = z.input<typeof regenerateKeyBody>;

/** A virtual key as it is listed: never its secret. */
export type KeyRow = Terms & {
  readonly token: string;
  readonly token_id: string;
  readonly key_name: string;
  readonly key_alias: string | null;
  readonly key_type: string;
  readonly models: readonly string[];
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly project_id: string | null;
  readonly organization_id: string | null;
  readonly tags: readonly string[];
  readonly blocked: boolean;
  readonly expires: string | null;
  readonly created_at: string;
  readonly created_by: string | null;
  readonly last_rotation_at: string | null;
};

export type KeyPage = {
  readonly keys: readonly KeyRow[];
  readonly total_count: number;
  readonly current_page: number;
  readonly total_pages: number;
};

/** With its secret, which is in this answer and nowhere else. */
export type MadeKey = KeyRow & { readonly key: string; readonly grace_period_ends_at?: string | null };

export const keysKey = ['keys'] as const;

export const listKeys = (query: Query, signal?: AbortSignal): Promise<KeyPage> =>
  api('/key/list', {
    query: { size: 100, return_full_object: true, ...query },
    ...(signal === undefined ? {} : { signal }),
  });

/** All keys that are asked for. */
export const listEveryKey = (query: Query): Promise<Every<KeyRow>> =>
  toTheEnd(1, async (page) => {
    const found = await listKeys({ ...query, page });
    return { rows: found.keys, next: page < found.total_pages ? page + 1 : null };
  });

export const readKey = async (id: string, signal?: AbortSignal): Promise<KeyRow> =>
  (await api<{ info: KeyRow }>('/key/info', { query: { key: id }, ...(signal === undefined ? {} : { signal }) })).info;

export const createKey = (body: NewKey): Promise<MadeKey> => api('/key/generate', { method: 'POST', body });

export const changeKey = (body: ChangedKey): Promise<KeyRow> => api('/key/update', { method: 'POST', body });

export const rotateKey = (body: RotatedKey): Promise<MadeKey> => api('/key/regenerate', { method: 'POST', body });

export const revokeKey = (token: string): Promise<unknown> =>
  api('/key/delete', { method: 'POST', body: { keys: [token] } });

export const blockKey = (token: string, blocked: boolean): Promise<unknown> =>
  api(blocked ? '/key/block' : '/key/unblock', { method: 'POST', body: { key: token } });
