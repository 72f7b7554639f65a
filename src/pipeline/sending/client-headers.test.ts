import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { clientHeaders, withClientHeaders } from './client-headers.ts';

const KEY = 'waybill-master-key';
const goesOn = (name: string, value = 'v', more: object = {}): boolean =>
  clientHeaders({ ...more, [name]: value }, [KEY]).includes(name);

const GO = [
  'x-trace-id',
  'x-custom-header',
  'x-request-id',
  'x-request-source',
  'x-session-id',
  'x-customer-id',
  'x-title',
  'x-monkey-business',
  'anthropic-beta',
];

const STAY = {
  'credentials by name':
    'authorization proxy-authorization x-api-key api-key x-goog-api-key x-litellm-api-key x-auth x-auth-token x-authorization x-authenticated-user x-access-token x-id-token x-client-secret x-password x-vault-token x-signature x-hub-signature-256 x-csrf x-xsrf-token x-client-cert x-ssl-client-certificate x-key x-my-keys x-openai-apikey x-credential-scope x-jwt-assertion ocp-apim-subscription-key',
  cookies: 'cookie set-cookie x-cookie x-session-cookie',
  'of the connection':
    'connection keep-alive te trailer transfer-encoding upgrade host content-length content-type expect proxy-connection accept accept-encoding user-agent',
  'our own':
    'x-waybill-explain x-waybill-anything x-litellm-tags x-litellm-timeout x-litellm-user-id x-openrouter-metadata',
  'of proxies in front':
    'x-forwarded-for x-forwarded-host x-forwarded-proto x-real-ip x-client-ip x-envoy-peer-metadata',
  'orders to clouds and gateways':
    'x-amz-security-token x-amz-date x-amzn-bedrock-trace x-goog-user-project x-ms-model-mesh-model-name x-portkey-config x-http-method-override x-method-override x-original-url x-rewrite-url',
  'of the SDKs': 'x-stainless-lang x-stainless-arch x-stainless-retry-count',
  'names that stand for others': 'x-pass-anthropic-beta x-pass-authorization',
  'without x-': 'openai-organization openai-project anthropic-version traceparent referer origin',
} as const;

suite('headers of a client that go upstream', () => {
  for (const name of GO) test(`${name} goes on`, () => assert.ok(goesOn(name)));
  for (const [kind, names] of Object.entries(STAY))
    test(`${kind} stay here`, () => {
      for (const name of names.split(' ')) assert.ok(!goesOn(name), name);
    });

  test('nothing goes on that is neither x- nor anthropic-beta, whatever it is called', () => {
    const anyName = fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,40}$/);
    fc.assert(
      fc.property(anyName, (name) => !goesOn(name) || name.startsWith('x-') || name === 'anthropic-beta'),
      { numRuns: 500 },
    );
  });

  test('no name that speaks of a credential goes on, wherever in it', () => {
    const part = fc.stringMatching(/^[a-z0-9]{0,8}$/);
    const secret = fc.constantFrom(
      'auth',
      'token',
      'secret',
      'password',
      'cookie',
      'credential',
      'api-key',
      'apikey',
      'jwt',
    );
    fc.assert(
      fc.property(part, secret, part, (before, word, after) => !goesOn(`x-${before}-${word}-${after}`)),
      { numRuns: 300 },
    );
  });

  test('no value goes on that is or holds a credential, nor one that no header can have', () => {
    for (const value of [
      KEY,
      `key=${KEY}`,
      'Bearer abc',
      'basic dXNlcjpw',
      'sk-0123456789abcdef',
      'a: sk-wb-a1B2c3-0123456789',
    ])
      assert.ok(!goesOn('x-note', value), value);
    for (const value of ['a\r\nx-admin: 1', 'a\u0000', 'a\u0142']) assert.ok(!goesOn('x-note', value));
    assert.ok(goesOn('x-note', 'task-12 of desk-3'));
  });

  test('what the Connection header names ends here', () => {
    assert.ok(!goesOn('x-hop', 'v', { connection: 'keep-alive, X-Hop' }));
    assert.ok(goesOn('x-further', 'v', { connection: 'keep-alive, X-Hop' }));
  });

  test("a call's own headers are never replaced; lists of betas become one", () => {
    const own = ['x-title', 'ours', 'anthropic-beta', 'a,b'];
    const all = withClientHeaders(own, ['x-title', 'theirs', 'x-trace-id', '7', 'anthropic-beta', 'b, c']);
    assert.deepEqual(all, ['x-title', 'ours', 'anthropic-beta', 'a,b,c', 'x-trace-id', '7']);
    assert.deepEqual(own, ['x-title', 'ours', 'anthropic-beta', 'a,b']);
  });
});
