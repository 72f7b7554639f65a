import type { ListedModel } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';

/** A list's query, of whichever vendor. */
export type ListQuery = Readonly<Record<string, string>>;

/** Anthropic's and Gemini's own bound. */
const LARGEST_PAGE = 1_000;

/** Anthropic's pages: so many after or before an id. Without `limit` there is one page of all. */
export function pageByIds(
  models: readonly ListedModel[],
  { limit, after_id: after, before_id: before }: ListQuery,
): { readonly page: readonly ListedModel[]; readonly hasMore: boolean } {
  const size = sizeOf(limit, 'limit') ?? models.length;
  if (before !== undefined) {
    const end = placeOf(before, models, 'before_id');
    const start = Math.max(0, end - size);
    return { page: models.slice(start, end), hasMore: start > 0 };
  }
  const start = after === undefined ? 0 : placeOf(after, models, 'after_id') + 1;
  return { page: models.slice(start, start + size), hasMore: start + size < models.length };
}

/** Gemini's pages: the token is the last id, encoded. Without `pageSize` there is one page of all. */
export function pageByToken(
  models: readonly ListedModel[],
  { pageSize, pageToken }: ListQuery,
): { readonly page: readonly ListedModel[]; readonly nextToken: string | null } {
  const size = sizeOf(pageSize, 'pageSize') ?? models.length;
  const last = pageToken === undefined ? null : Buffer.from(pageToken, 'base64url').toString('utf8');
  const start = last === null ? 0 : placeOf(last, models, 'pageToken') + 1;
  const page = models.slice(start, start + size);
  const end = page.at(-1);
  const hasMore = end !== undefined && start + size < models.length;
  return { page, nextToken: hasMore ? Buffer.from(end.id).toString('base64url') : null };
}

function sizeOf(text: string | undefined, param: string): number | null {
  if (text === undefined || text === '') return null;
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1) return Math.min(size, LARGEST_PAGE);
  throw new GatewayError('invalid_request', `'${param}' must be a whole number of at least 1.`, { param });
}

function placeOf(id: string, models: readonly ListedModel[], param: string): number {
  const place = models.findIndex((model) => model.id === id);
  if (place !== -1) return place;
  throw new GatewayError('invalid_request', `'${param}' names no model of this list.`, { param });
}
