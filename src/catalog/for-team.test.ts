import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forTeam } from './for-team.ts';
import type { Model } from './model.ts';

const modelOf = (...teams: readonly (string | null)[]): Model =>
  ({ name: 'm', deployments: teams.map((team, id) => (team === null ? { id } : { id, team })) }) as unknown as Model;

const idsFor = (model: Model, team: string | null) => forTeam(model, team)?.deployments.map(({ id }) => Number(id));

test("a team's own goes before what is everybody's, and nobody else sees it", () => {
  const mixed = modelOf(null, 'a', 'b', 'a');
  assert.deepEqual(idsFor(mixed, 'a'), [1, 3]);
  assert.deepEqual(idsFor(mixed, 'b'), [2]);
  assert.deepEqual(idsFor(mixed, 'c'), [0]);
  assert.deepEqual(idsFor(mixed, null), [0]);
  const owned = modelOf('a');
  assert.deepEqual(idsFor(owned, 'a'), [0]);
  assert.equal(forTeam(owned, 'b'), null);
  assert.equal(forTeam(owned, null), null);
});

test("what is everybody's stays the same object", () => {
  const shared = modelOf(null, null);
  assert.equal(forTeam(shared, 'a'), shared);
});
