import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findProvider } from '@pydantic/genai-prices';
import { guardAddress } from '../network/index.ts';
import { isSandbox, providerIds, providerRow } from './table.ts';

const rows = providerIds().map((id) => {
  const row = providerRow(id);
  if (row === null) throw new Error(id);
  return { id, row };
});

test('there are many, each with a plain id and a name of its own', () => {
  assert.ok(rows.length >= 45, String(rows.length));
  for (const { id, row } of rows) {
    assert.match(id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    assert.ok(row.name.length > 1);
  }
  assert.equal(new Set(rows.map(({ row }) => row.name)).size, rows.length);
});

test('base URLs are clean, and https except on this machine', () => {
  for (const { id, row } of rows) {
    for (const template of [row.baseUrl, ...row.baseUrlsElsewhere.map(({ baseUrl }) => baseUrl)]) {
      if (template === null) continue;
      const baseUrl = template.replace(/\{[a-z]+\}/, 'eu-west-1');
      const verdict = guardAddress(baseUrl, 'operator');
      assert.ok(verdict.allowed, id);
      assert.ok(!baseUrl.endsWith('/'), id);
      assert.equal(verdict.url.href.replace(/\/$/, ''), baseUrl, id);
      assert.equal(verdict.url.protocol, row.local || row.sandbox ? 'http:' : 'https:', id);
      assert.ok(row.local || row.sandbox || guardAddress(baseUrl, 'guarded').allowed, id);
      const path = verdict.url.pathname === '/' ? '' : verdict.url.pathname;
      if (path !== '' || row.addressParts.length === 0) assert.equal(row.basePath, path, id);
    }
  }
});

test('addresses hold the parts that the row declares, and the model', () => {
  for (const { id, row } of rows) {
    const operations = Object.values(row.speaks).flatMap((spoken) => (typeof spoken === 'string' ? [] : [spoken]));
    const paths = operations.flatMap(({ path, streamPath, basePath, dated }) => [
      path,
      streamPath,
      basePath,
      dated?.path,
      dated?.basePath,
    ]);
    const templates = [row.baseUrl, row.basePath, ...row.baseUrlsElsewhere.map(({ baseUrl }) => baseUrl), ...paths];
    const parts = templates.flatMap((template) =>
      [...(template ?? '').matchAll(/\{([^}]+)\}/g)].map(([, part]) => part),
    );
    const declared: readonly string[] = row.addressParts.map(({ option }) => option);
    assert.deepEqual([...new Set(parts)].filter((part) => part !== 'model').sort(), declared.toSorted(), id);
  }
});

test('hosted providers have a base URL or say that one is needed; no two share one', () => {
  const hosted = rows.filter(({ row }) => !row.local).flatMap(({ row }) => (row.baseUrl === null ? [] : [row.baseUrl]));
  assert.equal(new Set(hosted).size, hosted.length);
});

test('a variable belongs to one provider', () => {
  const variables = rows.flatMap(({ row }) => row.variables);
  assert.equal(new Set(variables).size, variables.length);
  for (const variable of variables) assert.match(variable, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
});

test('who needs a key has a variable for it', () => {
  for (const { id, row } of rows) {
    if (row.auth === 'bearer') assert.ok(row.variables.length > 0, id);
    if (row.auth === 'none') assert.equal(row.variables.length, 0, id);
  }
});

test('variables that are set for other reasons do not switch anything on', () => {
  for (const variable of ['GITHUB_TOKEN', 'HF_TOKEN', 'DATABRICKS_TOKEN', 'CLOUDFLARE_API_TOKEN', 'WANDB_API_KEY']) {
    const owner = rows.find(({ row }) => row.variables.includes(variable));
    assert.equal(owner?.row.ambient, true, variable);
  }
  for (const { id, row } of rows)
    if (row.variables.some((name) => /^(AWS|GOOGLE)_/.test(name))) assert.equal(row.ambient, true, id);
});

test('each speaks something, on paths that can be appended', () => {
  for (const { id, row } of rows) {
    const paths = Object.values(row.speaks);
    assert.ok(paths.length > 0, id);
    for (const spoken of paths) {
      const { path, streamPath = path } = typeof spoken === 'string' ? { path: spoken } : spoken;
      for (const each of [path, streamPath]) assert.match(each, /^\/[a-z{}/:?=A-Z0-9-]*[a-zA-Z}]$/);
    }
  }
});

test('makers: lower case, no maker twice, and no prefix inside another', () => {
  const prefixes = rows.flatMap(({ id, row }) => row.makerOf.map((prefix) => ({ id, prefix })));
  for (const { id, prefix } of prefixes) {
    assert.equal(prefix, prefix.toLowerCase());
    const rivals = prefixes.filter(
      (other) => other.id !== id && (other.prefix.startsWith(prefix) || prefix.startsWith(other.prefix)),
    );
    assert.deepEqual(rivals, [], prefix);
  }
  const makerOf = (model: string): string | undefined => prefixes.find(({ prefix }) => model.startsWith(prefix))?.id;
  const expected = {
    'gpt-4o': 'openai',
    'o3-mini': 'openai',
    'claude-sonnet-4-5': 'anthropic',
    'gemini-2.5-pro': 'gemini',
    'codestral-latest': 'mistral',
    'grok-4': 'xai',
    'deepseek-chat': 'deepseek',
    'kimi-k2': 'moonshot',
    'qwen3-max': 'dashscope',
    sonar: 'perplexity',
  };
  for (const [model, maker] of Object.entries(expected)) assert.equal(makerOf(model), maker, model);
  assert.equal(makerOf('gpt-oss-120b'), undefined);
});

test('prices are found under the ids that the rows give', () => {
  for (const { id, row } of rows) {
    if (row.pricedAs !== null) assert.equal(findProvider({ providerId: row.pricedAs })?.id, row.pricedAs, id);
  }
});

test('the documentation lists every row as it is', () => {
  const lines = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8').split('\n');
  for (const { id, row } of rows) {
    const line = lines.find((candidate) => candidate.startsWith(`| \`${id}\` |`)) ?? '';
    assert.ok(line.includes(`| ${row.name} |`), id);
    if (row.sandbox) continue;
    if (row.baseUrl !== null) assert.ok(line.includes(`\`${row.baseUrl}\``), id);
    for (const variable of row.variables) assert.ok(line.includes(`\`${variable}\``), variable);
    assert.equal(line.includes('¹'), row.ambient, id);
  }
});

test('one sandbox, and nothing that is not in the table', () => {
  assert.deepEqual(
    rows.filter(({ id }) => isSandbox(id)).map(({ id }) => id),
    ['sandbox'],
  );
  assert.equal(isSandbox('openai'), false);
  for (const id of ['', 'OpenAI', 'constructor', '__proto__', 'nobody']) {
    assert.equal(providerRow(id), null);
    assert.equal(isSandbox(id), false);
  }
});
