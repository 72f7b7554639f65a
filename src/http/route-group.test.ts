import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Route, route } from './route.ts';
import { openRoutes } from './route-group.ts';

function get(path: string, summary = path): Route {
  return route({ method: 'GET', path, summary, action: 'public', answer: () => ({ body: null }) });
}

/** `loaded` has a group's name each time that it is loaded. */
function groups(loaded: string[]) {
  const group = (name: string, under: readonly string[], routes: readonly Route[]) => ({
    under,
    load: async () => {
      loaded.push(name);
      return routes;
    },
  });
  return [
    group('keys', ['key', 'v2'], [get('/key/list'), get('/key/*/block'), get('/v2/key/info')]),
    group('teams', ['team', 'v2'], [get('/team/list'), get('/v2/*/info', 'any'), get('/v2/team/list')]),
    group('root', [''], [get('/')]),
  ];
}

test('a group is loaded by the first call under one of its beginnings, once', async () => {
  const loaded: string[] = [];
  const { find } = openRoutes(groups(loaded));
  assert.equal(await find('GET', '/models'), null);
  assert.deepEqual(loaded, []);
  await Promise.all([find('GET', '/key/list'), find('GET', '/key/k1/block')]);
  assert.deepEqual(loaded, ['keys']);
  assert.equal((await find('GET', '/key/k1/block'))?.path, '/key/*/block');
  assert.equal((await find('GET', '/'))?.path, '/');
  assert.deepEqual(loaded, ['keys', 'root']);
});

test('where two match it is the first, whichever group was loaded before', async () => {
  const { find } = openRoutes(groups([]));
  await find('GET', '/team/list');
  assert.equal((await find('GET', '/v2/key/info'))?.summary, '/v2/key/info');
  assert.equal((await find('GET', '/v2/team/info'))?.summary, 'any');
});

test('another method and another case of letters are other routes', async () => {
  const { find } = openRoutes(groups([]));
  assert.equal(await find('POST', '/key/list'), null);
  assert.equal(await find('GET', '/key/List'), null);
  assert.equal(await find('GET', '/key/list/'), null);
});

test('all of them are told, and one that would never be found is a mistake of ours', async () => {
  const { all } = openRoutes(groups([]));
  assert.equal((await all()).length, 7);
  const lost = openRoutes([{ under: ['key'], load: async () => [get('/keys/list')] }]);
  await assert.rejects(lost.all(), /\/keys\/list would not be found/);
});
