import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageByIds, pageByToken } from './model-pages.ts';

const models = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
  id,
  ownedBy: 'x',
  createdS: 0,
  contextWindow: null,
  maxOutput: null,
  price: null,
}));
const ids = (page: readonly { readonly id: string }[]) => page.map(({ id }) => id).join('');

const byIds = [
  [{}, 'abcde', false],
  [{ limit: '1000' }, 'abcde', false],
  [{ limit: '2' }, 'ab', true],
  [{ limit: '2', after_id: 'b' }, 'cd', true],
  [{ limit: '2', after_id: 'd' }, 'e', false],
  [{ limit: '2', before_id: 'd' }, 'bc', true],
  [{ limit: '5', before_id: 'c' }, 'ab', false],
] as const;
for (const [query, expected, more] of byIds) {
  test(`Anthropic: ${JSON.stringify(query)}`, () => {
    const { page, hasMore } = pageByIds(models, query);
    assert.deepEqual([ids(page), hasMore], [expected, more]);
  });
}

test('Gemini: page by page, each model once', () => {
  for (const pageSize of ['1', '2', '3', '5', '9']) {
    let seen = '';
    let pageToken: string | null = null;
    do {
      const found: ReturnType<typeof pageByToken> = pageByToken(models, {
        pageSize,
        ...(pageToken === null ? {} : { pageToken }),
      });
      seen += ids(found.page);
      pageToken = found.nextToken;
    } while (pageToken !== null);
    assert.equal(seen, 'abcde', pageSize);
  }
});

test('what is no page is refused by its name', () => {
  const paramOf = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      return (error as { details: { param: string } }).details.param;
    }
    return null;
  };
  assert.equal(
    paramOf(() => pageByIds(models, { limit: '0' })),
    'limit',
  );
  assert.equal(
    paramOf(() => pageByIds(models, { after_id: 'z' })),
    'after_id',
  );
  assert.equal(
    paramOf(() => pageByToken(models, { pageSize: 'x' })),
    'pageSize',
  );
  assert.equal(
    paramOf(() => pageByToken(models, { pageToken: '!' })),
    'pageToken',
  );
});
