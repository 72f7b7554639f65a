import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadForTest } from './config/load-for-test.ts';

const AUTH = fileURLToPath(new URL('./providers/auth/', import.meta.url));
const VARIABLE = /'((?:AWS|AZURE|GOOGLE|CLOUDSDK|GCE|IDENTITY)_[A-Z0-9_]+|HOME|USERPROFILE|APPDATA)'/g;

test("every variable that the clouds' chains look for is handed to them", async () => {
  const files = globSync('*.ts', { cwd: AUTH }).filter((file) => !file.includes('.test.'));
  const names = files.flatMap((file) =>
    [...readFileSync(AUTH + file, 'utf8').matchAll(VARIABLE)].map(([, name = '']) => name),
  );
  assert.ok(new Set(names).size >= 25, 'they look for many');
  const environment = Object.fromEntries(names.map((name) => [name, 'set']));
  const main = { 'waybill.yaml': 'credentials: { bedrock: { region: us-east-1 } }' };
  const { configuration, faults } = await loadForTest({ environment, files: main });
  assert.deepEqual(faults, []);
  assert.deepEqual(Object.keys(configuration?.cloudVariables ?? {}).sort(), [...new Set(names)].sort());
});
