import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';

type Operation = {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly 'x-action': string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Json } } };
};
type Json = Readonly<Record<string, unknown>>;
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** What anybody may ask: who is there, how it is, and how to ask for more. */
const PUBLIC = [
  '/',
  '/api/event_logging/batch',
  '/api/hello',
  '/api/version',
  '/auth/invitation',
  '/auth/invitation/accept',
  '/auth/oidc/back-channel-logout',
  '/auth/oidc/callback',
  '/auth/oidc/start',
  '/auth/password',
  '/auth/session',
  '/auth/sessions',
  '/auth/sessions/{id}',
  '/auth/setup',
  '/auth/sign-in',
  '/auth/sign-out',
  '/docs',
  '/docs/reference.css',
  '/docs/reference.js',
  '/login',
  '/login',
  '/ollama/api/version',
  '/openapi.json',
  '/public/model_hub/info',
  '/v2/login',
];

test('every route is described, and none but a few of them is anybody’s', async (context) => {
  const gateway = await startGateway(context);
  const document = JSON.parse((await gateway.get('/openapi.json', '')).text) as Document;
  assert.equal(document.openapi, '3.1.0');
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  assert.ok(operations.length > 150, `${operations.length}`);
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
  for (const { path, method, operation } of operations) {
    assert.ok(operation['x-action'] !== '', path);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = operation.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name);
    assert.deepEqual(inPath, named, path);
    if (operation.security.length === 0) continue;
    // Bedrock's count: an address that has nothing behind the model is none.
    const address = path.replace(/model\/\{id\}$/, 'model/x/count-tokens').replace(/\{\w+\}/g, 'x');
    const answered = await fetch(`${gateway.url}${address}`, {
      method,
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    assert.equal(answered.status, 401, `${method} ${path}: ${await answered.text()}`);
  }
  const anybodys = operations.filter(({ operation }) => operation.security.length === 0).map(({ path }) => path);
  assert.deepEqual(anybodys, PUBLIC);
  const body = document.paths['/team/new']?.['post']?.requestBody?.content['application/json'].schema;
  const properties = body?.['properties'] as Readonly<Record<string, Json>>;
  assert.match(String(properties['budget_duration']?.['description']), /^Left out: max_budget is for all of time/);
});

test('the page shows them all and lets nothing in from elsewhere', async (context) => {
  const gateway = await startGateway(context);
  const page = await gateway.get('/docs', '');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self'/);
  const { paths } = JSON.parse((await gateway.get('/openapi.json', '')).text) as Document;
  for (const path of Object.keys(paths)) assert.ok(page.text.includes(`<code>${path}</code>`), path);
  assert.doesNotMatch(page.text, /<script>|<style>|\bon\w+=|https?:\/\//, 'nothing inline, nothing from elsewhere');
  for (const [path, type] of [
    ['/docs/reference.css', 'text/css'],
    ['/docs/reference.js', 'text/javascript'],
  ] as const) {
    const asset = await gateway.get(path, '');
    assert.equal(asset.headers.get('content-type'), `${type}; charset=utf-8`);
    assert.ok(asset.text.length > 300);
  }
});
