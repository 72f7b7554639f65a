import { queryOptions } from '@tanstack/react-query';
import type { Session } from '../session/session.ts';
import { api } from './client.ts';
import { type KeyPage, listKeys } from './keys.ts';

/** What a person has said of the first steps; what is done is read from the gateway itself. */
export type FirstSteps = { readonly skipped: readonly string[]; readonly isClosed: boolean };

export type Standing = FirstSteps & {
  readonly hasProvider: boolean;
  readonly hasKey: boolean;
  /** The last call that was logged; null: none ever was. */
  readonly callId: string | null;
};

type Metadata = Readonly<Record<string, unknown>>;

/** Where it stands in a user's metadata, so that it is the same in any browser. */
const MEMBER = 'dashboard_first_steps';
/** The master key is nobody: what is said with it is kept in the browser. */
const KEPT_AS = 'waybill.first-steps';
const NOTHING: FirstSteps = { skipped: [], isClosed: false };

export const firstStepsKey = ['first-steps'] as const;

export const firstStepsQuery = ({ user }: Session) =>
  queryOptions({
    queryKey: [...firstStepsKey, user.user_id],
    queryFn: async ({ signal }): Promise<Standing> => {
      const [said, credentials, keys, logs] = await Promise.all([
        readSaid(user.user_id),
        api<{ credentials: readonly { credential_name: string }[] }>('/credentials', { signal }),
        listKeys({}, signal),
        api<{ data: readonly { id: string }[] }>('/reports/logs', { query: { limit: 1 }, signal }),
      ]);
      return {
        ...said,
        hasProvider: credentials.credentials.some(({ credential_name: name }) => name !== 'sandbox'),
        hasKey: hasOwnKey(keys),
        callId: logs.data[0]?.id ?? null,
      };
    },
    staleTime: 5_000,
  });

/** The playground's keys of an hour are none that somebody made. */
function hasOwnKey({ keys }: KeyPage): boolean {
  return keys.some(({ key_alias: alias }) => alias === null || !alias.startsWith('playground-'));
}

async function readSaid(userId: string | null): Promise<FirstSteps> {
  const said = userId === null ? readKept() : (await readMetadata(userId))[MEMBER];
  return { ...NOTHING, ...(said as Partial<FirstSteps> | undefined) };
}

export async function saveFirstSteps({ user }: Session, { skipped, isClosed }: FirstSteps): Promise<void> {
  const said = { skipped, isClosed };
  if (user.user_id === null) return localStorage.setItem(KEPT_AS, JSON.stringify(said));
  const metadata = { ...(await readMetadata(user.user_id)), [MEMBER]: said };
  await api('/user/update', { method: 'POST', body: { user_id: user.user_id, metadata } });
}

async function readMetadata(userId: string): Promise<Metadata> {
  const { user_info: user } = await api<{ user_info: { metadata: Metadata | null } | null }>('/user/info', {
    query: { user_id: userId },
  });
  return user?.metadata ?? {};
}

function readKept(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}');
  } catch {
    return {};
  }
}
