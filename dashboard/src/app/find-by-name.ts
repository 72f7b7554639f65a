import { queryOptions } from '@tanstack/react-query';
import { api, type Query } from '../api/client.ts';
import { listKeys } from '../api/keys.ts';

/** Something that has a page of its own. */
export type Named = { readonly path: string; readonly name: string; readonly id: string };

/** Enough to see whether it is there; all of them are found on the page of their list. */
const MOST = 6;
const LEAST_LETTERS = 2;

type Source = {
  /** Of its list; `path/id` opens one. */
  readonly path: string;
  readonly find: (
    text: string,
    signal: AbortSignal,
  ) => Promise<readonly (readonly [id: string, name: string | null])[]>;
};

const list = <Row>(path: string, query: Query, signal: AbortSignal): Promise<Row> =>
  api<Row>(path, { query: { ...query, page: 1, page_size: MOST }, signal });

type Team = { readonly team_id: string; readonly team_alias: string | null };
type User = { readonly user_id: string; readonly user_alias: string | null; readonly user_email: string | null };

const SOURCES: readonly Source[] = [
  {
    path: '/keys',
    find: async (text, signal) => {
      const { keys } = await listKeys({ size: MOST, key_alias: text, substring_matching: true }, signal);
      return keys.map(({ token_id: id, key_alias: name }) => [id, name]);
    },
  },
  {
    path: '/teams',
    find: async (search, signal) => {
      const { teams } = await list<{ readonly teams: readonly Team[] }>('/v2/team/list', { search }, signal);
      return teams.map(({ team_id: id, team_alias: name }) => [id, name]);
    },
  },
  {
    path: '/users',
    find: async (search, signal) => {
      const { users } = await list<{ readonly users: readonly User[] }>('/user/list', { search }, signal);
      return users.map(({ user_id: id, user_alias: alias, user_email: email }) => [id, alias ?? email]);
    },
  },
  {
    path: '/models',
    find: async (text, signal) => {
      const models = await api<{ readonly data: readonly { readonly id: string }[] }>('/api/v1/models', { signal });
      return models.data.filter(({ id }) => id.includes(text)).map(({ id }) => [id, null]);
    },
  },
];

export const findableAt: readonly string[] = SOURCES.map(({ path }) => path);

/** What has the text in its name, of the lists that are asked; a list that does not answer has nothing. */
export const namedQuery = (text: string, paths: readonly string[]) =>
  queryOptions({
    queryKey: ['named', text, ...paths],
    enabled: text.length >= LEAST_LETTERS,
    staleTime: 5_000,
    queryFn: async ({ signal }): Promise<readonly Named[]> => {
      const asked = SOURCES.filter(({ path }) => paths.includes(path));
      const found = await Promise.all(asked.map(({ find }) => find(text, signal).catch(() => [])));
      return found.flatMap((rows, index) =>
        rows.slice(0, MOST).map(([id, name]) => ({ path: asked[index]?.path ?? '', id, name: name ?? id })),
      );
    },
  });
