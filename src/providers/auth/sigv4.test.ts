import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { Sha256 } from '../../../test/support/sha256.ts';
import type { UnsignedCall } from './signer.ts';
import { openAwsSigning } from './sigv4.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: null,
};
const signAws = openAwsSigning({ region: 'us-east-1', service: 'service' });
const NOW_MS = Date.parse('2015-08-30T12:36:00Z');

const SESSION_TOKEN = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267';

function get(path: string, headers: readonly string[] = []): UnsignedCall {
  return { method: 'GET', origin: 'https://example.amazonaws.com', path, headers, body: null };
}

function post(path: string, headers: readonly string[], body: string | null = null): UnsignedCall {
  return { ...get(path, headers), method: 'POST', body: body === null ? null : Buffer.from(body) };
}

const LETTERS = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** AWS's published test suite for signing, by the names of its cases. */
const published: readonly (readonly [name: string, call: UnsignedCall, signature: string, token?: string])[] = [
  [
    'get-header-key-duplicate',
    get('/', ['My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1']),
    'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  ],
  [
    'get-header-value-trim',
    get('/', ['My-Header1', ' value1', 'My-Header2', ' "a   b   c"']),
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  ['get-unreserved', get(`/${LETTERS}`), '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f'],
  ['get-utf8', get('/ሴ'), '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
  [
    'get-vanilla-query-order-encoded',
    get('/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1'),
    '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
  ],
  ['get-vanilla-utf8-query', get('/?ሴ=bar'), '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04'],
  [
    'get-vanilla-query-unreserved',
    get(`/?${LETTERS}=${LETTERS}`),
    '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  ],
  [
    'get-vanilla-query-order-key-case',
    get('/?Param2=value2&Param1=value1'),
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['get-space-normalized', get('/example space/'), '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741'],
  ['get-slashes-normalized', get('//example//'), '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84'],
  [
    'get-relative-relative-normalized',
    get('/example1/example2/../..'),
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'post-header-key-sort',
    post('/', ['My-Header1', 'value1']),
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  ['post-sts-header-after', post('/', []), '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-vanilla-query',
    post('/?Param1=value1', []),
    '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  ],
  [
    'get-vanilla-with-session-token',
    get('/'),
    '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
    SESSION_TOKEN,
  ],
];

test('signatures are those that AWS publishes', () => {
  for (const [name, call, signature, sessionToken = null] of published) {
    const headers = signAws(call, { ...credentials, sessionToken }, NOW_MS);
    const [proof = ''] = headers.slice(-1);
    assert.equal(proof.slice(-64), signature, name);
  }
});

test('headers are added in full, those that change on the way are not signed', () => {
  const call = post('/model/a%3A0/converse', ['content-type', 'application/json', 'user-agent', 'waybill/1'], '{}');
  const headers = signAws(call, { ...credentials, sessionToken: 'token' }, NOW_MS);
  assert.deepEqual(headers.slice(0, 5), [
    'x-amz-date',
    '20150830T123600Z',
    'x-amz-security-token',
    'token',
    'authorization',
  ]);
  assert.match(headers[5] ?? '', /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, /);
});

test('a new day, and a new secret, have a key of their own', () => {
  const proofOf = (secret: string, nowMs: number) => {
    const call = get('/');
    const own = { ...credentials, secretAccessKey: secret };
    const fresh = openAwsSigning({ region: 'us-east-1', service: 'service' });
    assert.deepEqual(signAws(call, own, nowMs), fresh(call, own, nowMs));
    return signAws(call, own, nowMs).at(-1);
  };
  const days = [0, 86_400_000].map((later) => NOW_MS + later);
  const proofs = days.flatMap((nowMs) => ['one', 'other'].map((secret) => proofOf(secret, nowMs)));
  assert.equal(new Set(proofs).size, 4);
});

test("any call is signed as AWS's own signer does", async () => {
  const sign = openAwsSigning({ region: 'eu-central-1', service: 'bedrock' });
  const theirs = new SignatureV4({
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: credentials.secretAccessKey },
    region: 'eu-central-1',
    service: 'bedrock',
    sha256: Sha256,
    applyChecksum: false,
  });
  const value = fc
    .string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 })
    .filter((text) => /^[ -~]+$/.test(text));
  const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map(encodeURIComponent);
  const call = fc.record({ segments: fc.array(segment, { maxLength: 4 }), value, body: fc.string() });
  await fc.assert(
    fc.asyncProperty(call, async ({ segments, value: header, body }) => {
      const path = `/${segments.join('/')}`;
      const headers = { host: 'bedrock-runtime.eu-central-1.amazonaws.com', 'x-thing': header };
      const signed = await theirs.sign(
        { method: 'POST', protocol: 'https:', hostname: headers.host, path, query: {}, headers, body },
        { signingDate: new Date(NOW_MS) },
      );
      const ours = sign(
        {
          method: 'POST',
          origin: `https://${headers.host}`,
          path,
          headers: ['x-thing', header],
          body: Buffer.from(body),
        },
        credentials,
        NOW_MS,
      );
      assert.equal(ours.at(-1), signed.headers['authorization'], path);
    }),
  );
});
