import { authorize, type VirtualKey } from '../../access/index.ts';
import type { ModelBook } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Route, route } from '../route.ts';
import { type ModelPageQuery, modelInfoQuery, modelPageQuery } from './contract-deployment.ts';
import { encodeInfo, type InfoRow, type ListedDeployment } from './encode-deployment.ts';
import { listDeployments } from './list-deployments.ts';

const PATHS = ['/model/info', '/v1/model/info'] as const;

/** The deployments of what the caller may call. */
export function infoRoutes(book: ModelBook): readonly Route[] {
  return [...PATHS.map((path) => info(book, path)), page(book)];
}

function info(book: ModelBook, path: (typeof PATHS)[number]): Route {
  return route({
    method: 'GET',
    path,
    summary: 'The deployments of the models that this key may call, or one of them.',
    action: 'model.list',
    query: modelInfoQuery,
    answer: ({ key, query: { litellm_model_id: id } }) => {
      const rows = listDeployments(key, book).map((listed) => encodeInfo(listed, seesCredentials(key, path)));
      if (id === undefined) return { body: { data: rows } };
      const found = rows.filter((row) => row.model_info['id'] === id);
      if (found.length === 0)
        throw new GatewayError('not_found', `There is no deployment '${id}'.`, { param: 'litellm_model_id' });
      return { body: { data: found } };
    },
  });
}

function page(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/v2/model/info',
    summary: 'The same in pages, searched and sorted.',
    action: 'model.list',
    query: modelPageQuery,
    answer: ({ key, query }) => {
      const listed = listDeployments(key, book).map((each) => ({
        listed: each,
        row: encodeInfo(each, seesCredentials(key, '/v2/model/info')),
      }));
      const found = sorted(
        listed.filter((each) => fits(each, query)),
        query,
      );
      const { page: number, size } = query;
      return {
        body: {
          data: found.slice((number - 1) * size, number * size).map(({ row }) => row),
          total_count: found.length,
          current_page: number,
          total_pages: Math.ceil(found.length / size),
          size,
        },
      };
    },
  });
}

/** The operator's credentials are for whoever may read the models' definitions. */
export function seesCredentials({ caller }: VirtualKey, path: string): boolean {
  return authorize(caller, 'model.read', { owners: null, path });
}

type Found = { readonly listed: ListedDeployment; readonly row: InfoRow };

function fits({ listed, row }: Found, { model, modelId, teamId, search }: ModelPageQuery): boolean {
  if (model !== undefined && listed.name !== model) return false;
  if (modelId !== undefined && row.model_info['id'] !== modelId) return false;
  if (teamId !== undefined && listed.deployment?.team !== teamId) return false;
  const texts = [listed.name, row.model_info['id'], row.litellm_params['model']].map((text) => String(text ?? ''));
  return search === undefined || texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

const SORTED_BY: Readonly<Record<NonNullable<ModelPageQuery['sortBy']>, (found: Found) => string | number>> = {
  model_name: ({ listed }) => listed.name,
  created_at: ({ listed }) => listed.entry?.createdAtMs ?? 0,
  updated_at: ({ listed }) => listed.entry?.updatedAtMs ?? 0,
  costs: ({ listed }) => Number(listed.deployment?.price?.tiers[0].input ?? 0n),
  status: ({ listed }) => (listed.entry === null ? 0 : 1),
};

function sorted(found: readonly Found[], { sortBy, sortOrder }: ModelPageQuery): readonly Found[] {
  if (sortBy === undefined) return found;
  const by = SORTED_BY[sortBy];
  const direction = sortOrder === 'asc' ? 1 : -1;
  return found.toSorted((one, other) => {
    const [first, second] = [by(one), by(other)];
    return first === second ? 0 : (first < second ? -1 : 1) * direction;
  });
}
