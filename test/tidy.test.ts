import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { CLEAN, KNOWN, PLANTED_FOLDERS, PLANTS } from './tidy/plants.ts';
import { dependencies, type Manifest } from './tidy/rule-dependencies.ts';
import { RULES } from './tidy/rules.ts';
import { providerIdsOf, tableOwners, tablesOf } from './tidy/rules-calls.ts';
import { dashboardImports, installScripts } from './tidy/rules-packages.ts';
import { summary } from './tidy/rules-shape.ts';
import { parseSource, roomOf, type Source, type Violation } from './tidy/source.ts';

function report(found: readonly Violation[]): void {
  if (found.length > 0) assert.fail(found.map(({ at, message }) => `\n  ${at}  ${message}`).join(''));
}

suite('the house is tidy', () => {
  const root = new URL('../', import.meta.url);
  const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
  const sources = globSync('src/**/*.{ts,js}', { cwd: root }).map((path) => parseSource(path, read(path)));
  const tables = globSync('src/store/migrations/**/*.sql', { cwd: root }).flatMap((path) => tablesOf(read(path)));
  const providerIds = providerIdsOf(sources);

  for (const [name, rule] of Object.entries(RULES)) {
    const skip = name === 'provider names' && providerIds === null ? 'there is no src/providers/table.ts yet' : false;
    const known = { tables: [...new Set(tables)], providerIds: providerIds ?? [] };
    test(name, { skip }, () => report(rule(sources, known)));
  }
  test('dependencies', () => {
    const architecture = existsSync(new URL('ARCHITECTURE.md', root)) ? read('ARCHITECTURE.md') : null;
    report(dependencies(sources, JSON.parse(read('package.json')) as Manifest, architecture));
  });
  test('packages that run when they are installed', () =>
    report(installScripts(JSON.parse(read('package-lock.json')))));
  test('what the dashboard knows of the server', () => {
    const files = globSync('dashboard/src/**/*.{ts,tsx}', { cwd: root });
    report(dashboardImports(Object.fromEntries(files.map((path) => [path, read(path)]))));
  });
  test('the rules have something to look at', (context) => {
    context.diagnostic(summary(sources));
    assert.ok(sources.length > 0 && tables.length > 0);
    assert.notEqual(providerIds?.length, 0, 'src/providers/table.ts exports no object with a row for each provider');
  });
});

suite('every rule finds what is planted, and nothing else', () => {
  const parse = (files: Readonly<Record<string, string>>): Source[] =>
    Object.entries(files).map(([path, text]) => parseSource(path, text));
  const blamed = (files: Readonly<Record<string, string>>): string[] =>
    Object.entries(RULES).flatMap(([name, rule]) => (rule(parse(files), KNOWN).length > 0 ? [name] : []));

  test('a clean house', () => {
    assert.deepEqual(blamed(CLEAN), []);
    assert.deepEqual(providerIdsOf(parse(CLEAN)), KNOWN.providerIds);
    assert.equal(providerIdsOf([]), null);
  });
  for (const [rule, path, code] of PLANTS) {
    test(`${rule}: ${path}: ${code.slice(0, 60).replaceAll('\n', ' ')}`, () => {
      const files: Record<string, string> = { ...CLEAN, [path]: `${CLEAN[path] ?? ''}\n${code}` };
      const index = `src/${roomOf(path)}/index.ts`;
      if (!(path in CLEAN) && path !== index && rule !== 'orphans') {
        files[index] += `\nimport '${path.replace(`src/${roomOf(path)}`, '.')}';`;
      }
      if (path === index && !(path in CLEAN)) files['src/main.ts'] += `\nimport './${roomOf(path)}/index.ts';`;
      assert.deepEqual(blamed(files), [rule]);
      const found = RULES[rule]?.(parse(files), KNOWN).filter(({ at }) => at.startsWith('src/'));
      assert.match(found?.[0]?.message ?? '', /: |; /, 'says what to do instead');
    });
  }
  for (const [rule, files] of Object.entries(PLANTED_FOLDERS)) {
    test(rule, () => assert.deepEqual(blamed({ ...CLEAN, ...files }), [rule]));
  }
  test('no rule without a plant', () => {
    const planted = new Set([...PLANTS.map(([rule]) => rule), ...Object.keys(PLANTED_FOLDERS)]);
    assert.deepEqual(
      Object.keys(RULES).filter((rule) => !planted.has(rule)),
      [],
    );
  });
  test('a table without an owner', () => {
    assert.deepEqual(tablesOf('CREATE TABLE if not exists "attic_box" (id TEXT);'), ['attic_box']);
    assert.equal(tableOwners(parse(CLEAN), ['attic_box']).length, 1);
  });
  test('a package with a script, a dashboard that takes the server along', () => {
    const packages = {
      'node_modules/protobufjs': { hasInstallScript: true, dev: true },
      'node_modules/evil': { hasInstallScript: true, dev: true },
      'node_modules/@openrouter/sdk': { hasInstallScript: true },
    };
    assert.deepEqual(
      installScripts({ packages }).map(({ message }) => message.split(' ')[0]),
      ['node_modules/evil', 'node_modules/@openrouter/sdk'],
    );
    const found = dashboardImports({
      a: "import type { B } from '../../../src/http/keys/contract-key.ts';",
      b: "import { generateKeyBody } from '../../../src/http/keys/contract-key.ts';",
      c: "import type { Store } from '../../../src/store/index.ts';",
    });
    assert.deepEqual(
      found.map(({ at }) => at),
      ['b', 'c'],
    );
  });
  test('a dependency without a reason, a range, a list of its own, an import that is not shipped', () => {
    const manifest = { dependencies: { pg: '8.0.0' }, devDependencies: { undici: '^8.0.0' }, peerDependencies: {} };
    const found = dependencies(parse(CLEAN), manifest, 'We use `undici`.').map(({ message }) => message.split(':')[0]);
    const expected = ['peerDependencies', 'pg', 'undici ^8.0.0', 'undici is not under dependencies'];
    assert.deepEqual(found, expected);
  });
});
