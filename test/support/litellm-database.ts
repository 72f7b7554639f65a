import { createHash } from 'node:crypto';
import { Client } from 'pg';

/**
 * The tables of a LiteLLM installation that an import reads, with the columns that it reads: names and types as its
 * version 1.96 has them. Rows are as its API wrote them.
 */
const TABLES = `
CREATE TABLE "LiteLLM_BudgetTable" (budget_id text PRIMARY KEY, max_budget double precision,
  soft_budget double precision, max_parallel_requests int, tpm_limit bigint, rpm_limit bigint, model_max_budget jsonb,
  budget_duration text, budget_reset_at timestamp(3), allowed_models text[] DEFAULT '{}');
CREATE TABLE "LiteLLM_OrganizationTable" (organization_id text PRIMARY KEY, organization_alias text, budget_id text,
  metadata jsonb DEFAULT '{}', models text[] DEFAULT '{}', spend double precision DEFAULT 0,
  created_at timestamp(3) DEFAULT now());
CREATE TABLE "LiteLLM_ModelTable" (id int PRIMARY KEY, aliases jsonb);
CREATE TABLE "LiteLLM_TeamTable" (team_id text PRIMARY KEY, team_alias text, organization_id text,
  members_with_roles jsonb DEFAULT '[]', metadata jsonb DEFAULT '{}', max_budget double precision,
  spend double precision DEFAULT 0, models text[] DEFAULT '{}', rpm_limit bigint, budget_duration text,
  budget_reset_at timestamp(3), blocked boolean DEFAULT false, model_id int, team_member_permissions text[] DEFAULT '{}',
  created_at timestamp(3) DEFAULT now());
CREATE TABLE "LiteLLM_TeamMembership" (user_id text, team_id text, spend double precision DEFAULT 0, budget_id text,
  PRIMARY KEY (user_id, team_id));
CREATE TABLE "LiteLLM_UserTable" (user_id text PRIMARY KEY, user_email text, user_alias text, user_role text,
  sso_user_id text, password text, max_budget double precision, spend double precision DEFAULT 0,
  models text[] DEFAULT '{}', metadata jsonb DEFAULT '{}', budget_duration text, budget_reset_at timestamp(3));
CREATE TABLE "LiteLLM_EndUserTable" (user_id text PRIMARY KEY, alias text, spend double precision DEFAULT 0,
  budget_id text, blocked boolean DEFAULT false, allowed_model_region text, default_model text);
CREATE TABLE "LiteLLM_TagTable" (tag_name text PRIMARY KEY, description text, models text[] DEFAULT '{}',
  spend double precision DEFAULT 0, budget_id text, created_at timestamp(3) DEFAULT now());
CREATE TABLE "LiteLLM_AccessGroupTable" (access_group_id text PRIMARY KEY, access_group_name text,
  access_model_names text[] DEFAULT '{}');
CREATE TABLE "LiteLLM_ProxyModelTable" (model_id text PRIMARY KEY, model_name text, litellm_params jsonb,
  model_info jsonb, created_by text, updated_by text);
CREATE TABLE "LiteLLM_CredentialsTable" (credential_id text PRIMARY KEY, credential_name text UNIQUE,
  credential_values jsonb, credential_info jsonb);
CREATE TABLE "LiteLLM_Config" (param_name text PRIMARY KEY, param_value jsonb);
CREATE TABLE "LiteLLM_VerificationToken" (token text PRIMARY KEY, key_name text, key_alias text,
  spend double precision DEFAULT 0, expires timestamp(3), models text[] DEFAULT '{}', aliases jsonb DEFAULT '{}',
  user_id text, team_id text, metadata jsonb DEFAULT '{}', blocked boolean, rpm_limit bigint,
  max_budget double precision, budget_duration text, budget_reset_at timestamp(3), allowed_routes text[] DEFAULT '{}',
  access_group_ids text[] DEFAULT '{}', model_max_budget jsonb DEFAULT '{}', budget_id text,
  created_at timestamp(3) DEFAULT now());
`;

/** An instant at which no budget's period is over yet. */
const LATER = '2199-01-01';

const ROWS = `
INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, rpm_limit) VALUES
  ('b-organization', 500, NULL), ('b-member', 10, 5), ('b-default', 20, NULL), ('b-customer', 2.5, NULL);
INSERT INTO "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, spend)
  VALUES ('acme', 'Acme', 'b-organization', 120.25);
INSERT INTO "LiteLLM_ModelTable" VALUES (7, '{"quick": "gpt-4o"}');
INSERT INTO "LiteLLM_UserTable" (user_id, user_email, user_role, password, max_budget, spend) VALUES
  ('alice', 'Alice@Example.com', 'internal_user', 'scrypt:x', 50, 7.125), ('bob', 'alice@example.com', 'team', NULL, NULL, 0);
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, organization_id, members_with_roles, metadata, max_budget, spend,
    models, budget_duration, budget_reset_at, model_id) VALUES
  ('payments', 'Payments', 'acme', '[{"user_id": "alice", "role": "admin"}, {"user_id": "bob", "role": "user"}]',
    '{"team_member_budget_id": "b-default", "cost_centre": 7}', 100, 33.5, '{gpt-4o}', '30d', '${LATER}', 7),
  ('guarded', NULL, NULL, '[]', '{"guardrails": ["pii"]}', NULL, 0, '{}', NULL, NULL, NULL);
INSERT INTO "LiteLLM_TeamMembership" VALUES ('alice', 'payments', 4, 'b-member'), ('bob', 'payments', 1, 'b-default');
INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, budget_id) VALUES ('customer-1', 1.25, 'b-customer');
INSERT INTO "LiteLLM_TagTable" (tag_name, description) VALUES ('prod', 'Production');
INSERT INTO "LiteLLM_AccessGroupTable" VALUES ('group-1', 'writers', '{gpt-4o-mini}');
`;

/**
 * What LiteLLM 1.96.2 hid under this salt key, with its own functions (`encrypt_value_helper`, `_encrypt_aes_gcm`) over
 * PyNaCl and cryptography; the third form with cryptography's HKDF alone.
 */
export const HIDDEN = {
  saltKey: 'sk-salt-of-a-test-0123',
  /** `openai/gpt-4o` */
  model: 'gvy3XU9pqfr9qexG8kgClwMdXdG9A-OVrVZzU6gxhTG-2gFFIuye1ds8wFxMsrsxiNigr3I=',
  /** `sk-provider-secret`, in each form. */
  secretBox: 'zluTrCFpzLiqQIwvvaPtDjAPWGcURHK_ckCzC2pBsP6OABdevTX0aVTNABfIdQcP5wxUHyBiPjCrVg==',
  gcm: 'v2:gcm:35VIpnzFl1DMNA9jQwaAumCi0x2rwgnD02RgwkbeePFT-YYmGzy5LkXDyp6cBg==',
  gcmWithHkdf: 'v3:gcm:WVS-23ZmRjZwn1Gwg2pR25cpYFXfUq_Hj0J7ddbfLX2DcXAk0qGOn4CNyFdyIg==',
} as const;

/** Models and a credential as its dashboard makes them, which go out to `upstream`. */
export function dashboardModels(upstream: string): string {
  const params = (name: string, more: object): string =>
    `'${name}', '${name}', '${JSON.stringify({ model: HIDDEN.model, ...more })}', '${JSON.stringify({ id: name, db_model: true })}'`;
  return `
INSERT INTO "LiteLLM_CredentialsTable" VALUES
  ('c-1', 'shared', '${JSON.stringify({ api_key: HIDDEN.gcmWithHkdf, api_base: upstream })}', '{"custom_llm_provider": "openai"}');
INSERT INTO "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params, model_info) VALUES
  (${params('with-key', { api_key: HIDDEN.secretBox, api_base: upstream, rpm: 100 })}),
  (${params('with-newer-key', { api_key: HIDDEN.gcm, api_base: upstream })}),
  (${params('with-credential', { litellm_credential_name: 'shared' })}),
  (${params('by-metadata', { api_key: HIDDEN.gcm, api_base: 'http://169.254.169.254/v1' })});
INSERT INTO "LiteLLM_Config" VALUES ('router_settings', '{"num_retries": 3}');
`;
}

/** Keys as LiteLLM's callers have them. */
export const LITELLM_KEYS = {
  team: 'sk-of-a-team-0123456789',
  /** Of 6 USD, 5.5 are spent. */
  nearlySpent: 'sk-nearly-spent-012345',
  /** All of its budget is spent. */
  spent: 'sk-all-of-it-is-spent-01',
  /** What it has spent was in a period that is over. */
  renewed: 'sk-of-a-period-over-0123',
  blocked: 'sk-blocked-0123456789ab',
  expired: 'sk-expired-0123456789ab',
  guarded: 'sk-guarded-0123456789ab',
  dashboard: 'sk-of-a-session-0123456',
} as const;

const KEYS: Readonly<Record<keyof typeof LITELLM_KEYS, string>> = {
  team: `'team-key', 'alice', 'payments', 9.75, 10, '30d', '${LATER}', NULL, '{gpt-4o}', '{}', NULL, '{group-1}'`,
  nearlySpent: `'nearly-spent', NULL, NULL, 5.5, 6, NULL, NULL, NULL, '{}', '{"tags": ["prod"]}', NULL, '{}'`,
  spent: `'spent', NULL, NULL, 3, 3, NULL, NULL, NULL, '{}', '{}', NULL, '{}'`,
  renewed: `'renewed', NULL, NULL, 3, 3, '1d', '2020-01-02', NULL, '{}', '{}', NULL, '{}'`,
  blocked: `'blocked', NULL, NULL, 0, NULL, NULL, NULL, NULL, '{}', '{}', true, '{}'`,
  expired: `'expired', NULL, NULL, 0, NULL, NULL, NULL, '2020-01-01', '{}', '{}', NULL, '{}'`,
  guarded: `'guarded', NULL, NULL, 0, NULL, NULL, NULL, NULL, '{}', '{"guardrails": ["pii"]}', NULL, '{}'`,
  dashboard: `NULL, 'alice', 'litellm-dashboard', 0, NULL, NULL, NULL, NULL, '{}', '{}', NULL, '{}'`,
};

/** Makes the tables and fills them; answers how to change them. */
export async function fillLitellm(url: string): Promise<(sql: string) => Promise<void>> {
  const run = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await run(TABLES + ROWS);
  for (const [name, values] of Object.entries(KEYS)) {
    const secret = LITELLM_KEYS[name as keyof typeof LITELLM_KEYS];
    await run(
      `INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, user_id, team_id, spend, max_budget,
         budget_duration, budget_reset_at, expires, models, metadata, blocked, access_group_ids)
       VALUES ('${litellmToken(secret)}', 'sk-...${secret.slice(-4)}', ${values})`,
    );
  }
  return run;
}

/** What LiteLLM stores of a key. */
export function litellmToken(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
