import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { answerFile, type FileRequest } from './answer-file.ts';
import { type BuiltFiles, readBuiltFiles } from './built-files.ts';

const SECRET = 'outside of what was built';

function built(): BuiltFiles {
  const root = mkdtempSync(join(tmpdir(), 'waybill-dist-'));
  const folder = join(root, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  const files = {
    'index.html': '<!doctype html>',
    'assets/a-1.js': 'plain',
    'assets/a-1.js.br': 'brotli',
    'assets/a-1.js.gz': 'gzip',
    'notes.weird': 'no type',
    '../secret.js': SECRET,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const read = readBuiltFiles(pathToFileURL(`${folder}/`));
  rmSync(root, { recursive: true });
  return read;
}

const ask = (files: BuiltFiles, path: string, more: Partial<FileRequest> = {}) =>
  answerFile(files, { method: 'GET', path, acceptEncoding: '', ifNoneMatch: null, ...more });

test('what is hashed is kept for ever, the page is asked for again', () => {
  const files = built();
  const script = ask(files, '/assets/a-1.js');
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  const page = ask(files, '/');
  assert.equal(page.headers['cache-control'], 'no-cache');
  const again = ask(files, '/', { ifNoneMatch: String(page.headers['etag']) });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
});

test('the best coding that the client takes, and none that it refuses', () => {
  const files = built();
  for (const [acceptEncoding, coding, text] of [
    ['gzip, deflate, br', 'br', 'brotli'],
    ['gzip;q=0.5', 'gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip', 'gzip'],
    ['br;q=0.0', undefined, 'plain'],
    ['', undefined, 'plain'],
  ] as const) {
    const { headers, body } = ask(files, '/assets/a-1.js', { acceptEncoding });
    assert.deepEqual([headers['content-encoding'], body.toString()], [coding, text], acceptEncoding);
    assert.equal(headers['vary'], 'accept-encoding');
  }
});

test('an address of the application is its page; a file that is not there is not', () => {
  const files = built();
  for (const path of ['/logs', '/keys/sk-1', '/models/author/model-3.5', '//logs']) {
    assert.equal(ask(files, path).headers['content-type'], 'text/html; charset=utf-8', path);
  }
  for (const path of ['/assets/gone-2.js', '/gone.js', '/assets/']) assert.equal(ask(files, path).status, 404, path);
});

test('no path leads out of what was built', () => {
  const files = built();
  for (const path of [
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..\\secret.js',
    '/./index.html',
  ]) {
    assert.ok(!ask(files, path).body.includes(SECRET), path);
  }
  assert.equal(files.size, 2, 'the page and the script: no compressed twin, no file of an unknown type');
});

test('nothing inline and nothing from elsewhere, on whatever is answered', () => {
  const files = built();
  for (const answer of [
    ask(files, '/'),
    ask(files, '/gone.js'),
    ask(new Map(), '/'),
    ask(files, '/', { method: 'PUT' }),
  ]) {
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  }
});

test('where nothing was built, the answer says what builds it', () => {
  const { status, body } = ask(readBuiltFiles(new URL('file:///nowhere/at/all/')), '/logs');
  assert.equal(status, 503);
  assert.match(body.toString(), /npm ci.*npm run build/);
});

test('HEAD has the headers and no body; other methods are refused', () => {
  const files = built();
  const head = ask(files, '/', { method: 'HEAD' });
  assert.deepEqual([head.headers['content-length'], head.body.length], [15, 0]);
  assert.equal(ask(files, '/', { method: 'POST' }).status, 405);
});
