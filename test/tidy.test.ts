import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RULES } from './tidy/rules.ts';
import { providerIdsOf, tablesOf } from './tidy/rules-calls.ts';
import { dependencies, type Manifest, proportions } from './tidy/rules-shape.ts';
import { parseSource, type Violation } from './tidy/source.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const find = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort();

const sources = find('src/**/*.ts').map((path) => parseSource(path, read(path)));
const tables = [...new Set(find('src/store/migrations/**/*.sql').flatMap((path) => tablesOf(read(path))))];
const providerIds = providerIdsOf(sources);

function report(found: readonly Violation[]): void {
  assert.equal(found.length, 0, found.map(({ at, message }) => `\n  ${at}  ${message}`).join(''));
}

for (const [name, rule] of Object.entries(RULES)) {
  const skip = name === 'provider-names' && providerIds === null ? 'src/providers/table.ts does not exist yet' : false;
  test(`tidy: ${name}`, { skip }, () => report(rule(sources, { tables, providerIds: providerIds ?? [] })));
}

test('tidy: what the rules look at is there', (context) => {
  context.diagnostic(proportions(sources).summary);
  context.diagnostic(`${tables.length} tables, ${providerIds?.length ?? 0} providers`);
  assert.ok(sources.length > 0 && tables.length > 0);
  if (providerIds !== null) assert.ok(providerIds.length > 0, 'src/providers/table.ts exports no object of rows');
});

test('tidy: dependencies', () => {
  const architecture = existsSync(new URL('ARCHITECTURE.md', root)) ? read('ARCHITECTURE.md') : null;
  report(dependencies(JSON.parse(read('package.json')) as Manifest, architecture));
});
