import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../inference/index.ts';
import { parseFilter } from './filter.ts';
import { matches } from './matches.ts';
import { type Operation, patched } from './patch.ts';
import { ENTERPRISE } from './schema-ids.ts';

const ALICE = {
  id: 'u1',
  userName: 'Alice@example.com',
  active: true,
  name: { givenName: 'Alice', familyName: 'Smith' },
  emails: [
    { value: 'alice@example.com', type: 'work', primary: true },
    { value: 'a@home.example', type: 'home' },
  ],
  meta: { lastModified: '2026-03-01T00:00:00.000Z' },
  [ENTERPRISE]: { department: 'R&D' },
};

function after(...operations: readonly Operation[]): Readonly<Record<string, unknown>> {
  return patched(ALICE, operations);
}

function typeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof GatewayError);
    return error.details.metadata?.['scimType'];
  }
  return 'nothing was thrown';
}

for (const [text, expected] of [
  ['userName eq "alice@EXAMPLE.com"', true],
  ['USERNAME Eq "alice@example.com"', true],
  ['id eq "U1"', false],
  ['active eq true', true],
  ['active eq "True"', true],
  ['active ne true', false],
  ['title pr', false],
  ['not (title pr)', true],
  ['emails eq "a@home.example"', true],
  ['emails.value ew "@home.example"', true],
  ['emails[type eq "work" and value co "home"]', false],
  ['emails[type eq "home" and value co "home"]', true],
  ['name.familyName sw "sm" and (active eq false or userName pr)', true],
  ['userName eq "x" or userName eq "y" and active eq true', false],
  ['meta.lastModified gt "2026-01-01T00:00:00Z"', true],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "alice"', true],
  [`${ENTERPRISE}:department eq "r&d"`, true],
  ['emails[type eq "home"].value eq "a@home.example"', true],
  ['emails[type eq "work"].value eq "a@home.example"', false],
  ['title eq null', true],
  ['userName eq "a\\"b"', false],
] as const) {
  test(`filter: ${text}`, () => assert.equal(matches(ALICE, parseFilter(text)), expected));
}

for (const text of [
  '',
  'userName',
  'userName eq',
  'userName eq alice',
  'userName is "x"',
  'userName eq "x',
  'userName eq "x" and',
  '(userName pr',
  'userName pr)',
  'emails[type eq "work"',
  'shoeSize eq 42',
  '__proto__ pr',
  'not userName pr',
  `${'('.repeat(30)}userName pr${')'.repeat(30)}`,
  `userName eq "${'x'.repeat(5_000)}"`,
]) {
  test(`no filter: ${text.slice(0, 40)}`, () =>
    assert.equal(
      typeOf(() => parseFilter(text)),
      'invalidFilter',
    ));
}

test('Entra ID’s operations: capitals, booleans as text, filters in paths, names with dots in a value', () => {
  assert.equal(after({ op: 'replace', path: 'active', value: 'False' })['active'], 'False', 'read as a boolean later');
  const emails = after({ op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' })['emails'];
  assert.deepEqual((emails as { value: string }[])[0]?.value, 'new@example.com');
  const phones = after({ op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1' })['phoneNumbers'];
  assert.deepEqual(phones, [{ type: 'mobile', value: '+1' }]);
  const value = { 'name.familyName': 'Jones', [`${ENTERPRISE}:department`]: 'Sales', title: 'CTO' };
  const changed = after({ op: 'add', value });
  assert.deepEqual(changed['name'], { givenName: 'Alice', familyName: 'Jones' });
  assert.deepEqual([changed[ENTERPRISE], changed['title']], [{ department: 'Sales' }, 'CTO']);
});

test('members of a group come and go in all the ways that are in use', () => {
  const group = { id: 'g', displayName: 'g', members: [{ value: 'a' }, { value: 'b' }] };
  const members = (...operations: readonly Operation[]): unknown =>
    ((patched(group, operations)['members'] ?? []) as { value: string }[]).map(({ value }) => value);
  assert.deepEqual(members({ op: 'add', path: 'members', value: [{ value: 'c', display: 'C' }, { value: 'a' }] }), [
    'b',
    'c',
    'a',
  ]);
  assert.deepEqual(members({ op: 'add', path: 'members', value: { value: 'c' } }), ['a', 'b', 'c']);
  assert.deepEqual(members({ op: 'remove', path: 'members[value eq "a"]' }), ['b']);
  assert.deepEqual(members({ op: 'remove', path: 'members', value: [{ $ref: null, value: 'a' }] }), ['b']);
  assert.deepEqual(members({ op: 'remove', path: 'members[value eq "x"]' }), ['a', 'b']);
  assert.deepEqual(members({ op: 'remove', path: 'members' }), []);
  assert.deepEqual(members({ op: 'replace', path: 'members', value: [{ value: 'z' }] }), ['z']);
  assert.deepEqual(members({ op: 'replace', value: { id: 'g', displayName: 'h', members: [] } }), []);
});

test('what cannot be done is told by its kind', () => {
  const kinds: readonly (readonly [Operation, string])[] = [
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'add', value: 'x' }, 'invalidValue'],
    [{ op: 'replace', path: 'title' }, 'invalidValue'],
    [{ op: 'replace', path: 'shoeSize', value: 42 }, 'invalidPath'],
    [{ op: 'replace', path: '__proto__.x', value: 42 }, 'invalidPath'],
    [{ op: 'replace', path: 'title[type eq "x"]', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type is "x"].value', value: 'x' }, 'invalidFilter'],
    [{ op: 'replace', path: 'emails[value co "nobody"].type', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: 'admins' }] }, 'mutability'],
  ];
  for (const [operation, kind] of kinds)
    assert.equal(
      typeOf(() => after(operation)),
      kind,
      JSON.stringify(operation),
    );
  assert.deepEqual(after({ op: 'replace', value: { id: 'x', groups: [], shoeSize: 42 } }), ALICE, 'not ours, left out');
});
