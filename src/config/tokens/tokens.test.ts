import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';
import { usualIssuer } from './tokens-configuration.ts';

const KEYS = { OPENAI_API_KEY: 'sk' };
const ENABLED = 'general_settings:\n  enable_jwt_auth: true\n';

function load(text: string, environment: Record<string, string> = {}, acceptUnsupported: readonly string[] = []) {
  const flags = { acceptUnsupported };
  return loadForTest({ files: { 'waybill.yaml': text }, environment: { ...KEYS, ...environment }, flags });
}

test('an issuer with its claims, grants and demands', async () => {
  const { configuration, faults } = await load(`jwt:
  issuers:
    - issuer: https://id.example.com
      audience: waybill
      jwks_url: https://id.example.com/certs
      jwks_refresh: 5m
      algorithms: [ES256]
      claims: { user: oid, teams: groups, roles: realm_access.roles }
      roles: { admins: proxy_admin }
      scopes: { llm: { models: [gpt-4o], routes: llm_api_routes } }
      teams: { 1f2e: payments }
      default_team: everybody
      require: { email_verified: true, azp: [cli, ci] }
      email_domains: example.com
      create_users: on
      routes: [llm_api_routes]
      clock_tolerance: 1m
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration?.tokens.issuers, [
    {
      issuer: 'https://id.example.com',
      audiences: ['waybill'],
      keysUrl: 'https://id.example.com/certs',
      keysKeptMs: 300_000,
      algorithms: ['ES256'],
      claims: {
        ...usualIssuer.claims,
        user: 'oid',
        email: 'email',
        teams: 'groups',
        roles: 'realm_access.roles',
        scopes: 'scope',
      },
      required: { email_verified: ['true'], azp: ['cli', 'ci'] },
      roles: { admins: { role: 'proxy_admin', models: [], routes: [] } },
      scopes: { llm: { role: null, models: ['gpt-4o'], routes: ['llm_api_routes'] } },
      needsScope: true,
      teams: { '1f2e': 'payments' },
      usualTeamId: 'everybody',
      emailDomains: ['example.com'],
      createsUsers: true,
      routes: ['llm_api_routes'],
      toleranceMs: 60_000,
    },
  ]);
});

test('an issuer without an audience, with a shared secret, or there twice, is a fault', async () => {
  const issuer = (more: string): string => `    - { issuer: "https://id.example.com"${more} }\n`;
  const whole = (...issuers: readonly string[]): string => `jwt:\n  issuers:\n${issuers.join('')}`;
  const cases: readonly (readonly [string, RegExp])[] = [
    [whole(issuer('')), /'audience' is missing/],
    [whole(issuer(', audience: a, algorithms: [HS256]')), /expected one of RS256, .*got 'HS256'/],
    [whole(issuer(', audience: a, algorithms: [none]')), /expected one of RS256/],
    [whole(issuer(', audience: a, roles: { x: king }')), /expected a role/],
    [whole(issuer(', audience: a, jwks_url: certs')), /expected a URL/],
    [whole(issuer(', audience: a'), issuer(', audience: b')), /there twice/],
    [whole(issuer(', audience: a, claim: {}')), /unknown key 'claim': did you mean 'claims'/],
  ];
  for (const [text, expected] of cases) assert.match((await load(text)).faults.join('\n'), expected);
});

test('LiteLLM’s settings come to the same', async () => {
  const { configuration, faults } = await load(
    `${ENABLED}  litellm_jwtauth:
    user_id_jwt_field: sub
    user_email_jwt_field: email
    user_allowed_email_domain: example.com
    team_ids_jwt_field: groups
    org_id_jwt_field: org
    end_user_id_jwt_field: client
    user_id_upsert: true
    team_id_default: everybody
    public_key_ttl: 60
    user_roles_jwt_field: roles
    user_allowed_roles: [user]
    role_mappings: [{ role: boss, internal_role: proxy_admin_viewer }, { role: app, internal_role: team }]
    enforce_scope_based_access: true
    scope_mappings: [{ scope: llm, models: [gpt-4o], routes: [/v1/chat/completions] }]
    team_id_upsert: true
    made_up: 1
`,
    { JWT_PUBLIC_KEY_URL: 'https://id.example.com/certs, https://other.example.com/certs', JWT_AUDIENCE: 'proxy' },
  );
  assert.deepEqual(faults, []);
  const [first, second, ...more] = configuration?.tokens.issuers ?? [];
  assert.deepEqual([second?.keysUrl, more.length], ['https://other.example.com/certs', 0]);
  const routes = ['management_routes', 'spend_tracking_routes', 'global_spend_tracking_routes', 'info_routes'];
  assert.deepEqual(first, {
    ...usualIssuer,
    audiences: ['proxy'],
    keysUrl: 'https://id.example.com/certs',
    keysKeptMs: 60_000,
    claims: {
      user: 'sub',
      email: 'email',
      team: null,
      teams: 'groups',
      organization: 'org',
      customer: 'client',
      roles: 'roles',
      scopes: 'scope',
    },
    required: { roles: ['user'] },
    roles: { boss: { role: 'proxy_admin_viewer', models: [], routes: [] } },
    scopes: {
      litellm_proxy_admin: { role: 'proxy_admin', models: [], routes },
      llm: { role: null, models: ['gpt-4o'], routes: ['/v1/chat/completions'] },
    },
    needsScope: true,
    usualTeamId: 'everybody',
    emailDomains: ['example.com'],
    createsUsers: true,
    routes: ['llm_api_routes', 'info_routes'],
  });
  const notices = configuration?.notices.join('\n') ?? '';
  for (const expected of [
    /role_mappings\[1\].*'team' is no role of users/,
    /team_id_upsert.*make it first/,
    /made_up.*not known/,
  ])
    assert.match(notices, expected);
});

test('LiteLLM’s issuers of their own have what all have, and say the rest', async () => {
  const { configuration, faults } = await load(`${ENABLED}  litellm_jwtauth:
    user_id_upsert: true
    issuers:
      - { issuer: "https://a.example.com", audience: proxy, user_id_jwt_field: sub }
      - { issuer: "https://b.example.com", jwks_url: "https://b.example.com/keys", disable_audience_validation: true, team_id_jwt_field: sub }
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    configuration?.tokens.issuers.map(({ issuer, audiences, keysUrl, claims, createsUsers }) => [
      issuer,
      audiences,
      keysUrl,
      claims.user,
      claims.team,
      createsUsers,
    ]),
    [
      ['https://a.example.com', ['proxy'], null, 'sub', null, true],
      ['https://b.example.com', [], 'https://b.example.com/keys', null, 'sub', true],
    ],
  );
});

test('what LiteLLM would let through is never let through in silence', async () => {
  const url = { JWT_PUBLIC_KEY_URL: 'https://id.example.com/certs' };
  assert.match((await load(ENABLED)).faults.join(), /enable_jwt_auth: JWT_PUBLIC_KEY_URL is not set/);
  assert.match((await load(ENABLED, url)).configuration?.notices.join() ?? '', /set JWT_AUDIENCE/);
  const rbac = `${ENABLED}  litellm_jwtauth: { enforce_rbac: true }\n`;
  assert.match((await load(rbac, url)).faults.join(), /enforce_rbac restricts access/);
  assert.deepEqual((await load(rbac, url, ['enforce_rbac'])).faults, []);
  const issuers = `${ENABLED}  litellm_jwtauth: { issuers: [{ issuer: "https://a.example.com" }] }\n`;
  assert.match((await load(issuers)).faults.join(), /'audience' is missing, or disable_audience_validation/);
  const off = await load('general_settings: { enable_jwt_auth: false, litellm_jwtauth: { user_id_jwt_field: sub } }\n');
  assert.deepEqual([off.faults, off.configuration?.tokens.issuers], [[], []]);
});
