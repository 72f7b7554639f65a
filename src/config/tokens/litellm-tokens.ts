import { given } from '../draft.ts';
import { LitellmSection } from '../litellm/litellm-section.ts';
import { isList } from '../reading/configuration-node.ts';
import type { LitellmSettingsContext } from './litellm-token-fields.ts';
import { grantsOfRoles, grantsOfScopes, listOf, reportTokenFields } from './litellm-token-fields.ts';
import { type TokenIssuerConfiguration, type TokensConfiguration, usualIssuer } from './tokens-configuration.ts';

const ADMIN_SCOPE = 'litellm_proxy_admin';
const ADMIN_ROUTES = ['management_routes', 'spend_tracking_routes', 'global_spend_tracking_routes', 'info_routes'];
/** LiteLLM's are OpenAI's addresses; a dialect is no right of its own here. */
const TEAM_ROUTES = ['llm_api_routes', 'info_routes'];

/** `enable_jwt_auth`: `litellm_jwtauth`, and the variables beside it. */
export function litellmTokens(context: LitellmSettingsContext): TokensConfiguration {
  const { general, reading } = context;
  const enabled = general.entries.get('enable_jwt_auth');
  if (enabled === undefined || general.flag('enable_jwt_auth') !== true) return { issuers: [], directory: null };
  const node = general.node('litellm_jwtauth') ?? undefined;
  const section = new LitellmSection('general_settings.litellm_jwtauth', node, reading);
  reportTokenFields(section, context);
  const usual = { ...usualIssuer, ...fieldsOf(section, null, context), keysKeptMs: keptMs(section) };
  const issuers = [...listedIssuers(section, usual, context), ...environmentIssuers(usual, context)];
  if (issuers.length === 0) {
    reading.fault(
      enabled.place,
      'general_settings.enable_jwt_auth: JWT_PUBLIC_KEY_URL is not set, and litellm_jwtauth.issuers names nobody',
    );
  }
  return { issuers, directory: null };
}

function keptMs(section: LitellmSection): number {
  return section.milliseconds('public_key_ttl') ?? usualIssuer.keysKeptMs;
}

/** Without `JWT_AUDIENCE` LiteLLM takes a token for anybody, and without `JWT_ISSUER` of anybody whose keys these are. */
function environmentIssuers(
  usual: TokenIssuerConfiguration,
  { reading }: LitellmSettingsContext,
): readonly TokenIssuerConfiguration[] {
  const urls = separated(reading.variable('JWT_PUBLIC_KEY_URL'));
  const audiences = separated(reading.variable('JWT_AUDIENCE'));
  const issuer = reading.variable('JWT_ISSUER');
  if (urls.length > 0 && audiences.length === 0) {
    reading.notices.push(
      'tokens that are meant for other services are taken as well: set JWT_AUDIENCE to what is meant for this one',
    );
  }
  return urls.map((keysUrl) => ({ ...usual, issuer, audiences, keysUrl }));
}

function separated(text: string | null): readonly string[] {
  return (text ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function listedIssuers(
  section: LitellmSection,
  usual: TokenIssuerConfiguration,
  context: LitellmSettingsContext,
): readonly TokenIssuerConfiguration[] {
  const node = section.node('issuers');
  if (node === null) return [];
  if (!isList(node.value)) {
    context.reading.fault(node.place, `${section.name}.issuers: expected a list`);
    return [];
  }
  return node.value.map((item, index): TokenIssuerConfiguration => {
    const entry = new LitellmSection(`${section.name}.issuers[${index}]`, item, context.reading);
    reportTokenFields(entry, context);
    const issuer = entry.text('issuer');
    const audiences = listOf(entry, 'audience', context.reading) ?? [];
    if (issuer === null) context.reading.fault(item.place, `${entry.name}: 'issuer' is missing`);
    if (audiences.length === 0 && entry.flag('disable_audience_validation') !== true) {
      context.reading.fault(item.place, `${entry.name}: 'audience' is missing, or disable_audience_validation: true`);
    }
    return { ...usual, ...fieldsOf(entry, usual, context), issuer, audiences, keysUrl: entry.text('jwks_url') };
  });
}

/** What a section says; of an issuer's own, what it does not say is as it is for all. */
function fieldsOf(
  section: LitellmSection,
  usual: TokenIssuerConfiguration | null,
  { reading }: LitellmSettingsContext,
): Partial<TokenIssuerConfiguration> {
  const list = (name: string) => listOf(section, name, reading);
  const needsScope = section.flag('enforce_scope_based_access');
  const scopes = needsScope === true ? grantsOfScopes(section, reading) : {};
  const admin = section.text('admin_jwt_scope') ?? (usual === null ? ADMIN_SCOPE : null);
  const routes = list('admin_allowed_routes') ?? ADMIN_ROUTES;
  const ofAdmin = admin === null ? {} : { [admin]: { role: 'proxy_admin' as const, models: [], routes } };
  const rolesField = section.text('user_roles_jwt_field');
  const allowedRoles = list('user_allowed_roles');
  const domain = section.text('user_allowed_email_domain');
  return given({
    claims: {
      ...(usual ?? usualIssuer).claims,
      ...given({
        user: section.text('user_id_jwt_field'),
        email: section.text('user_email_jwt_field'),
        team: section.text('team_id_jwt_field'),
        teams: section.text('team_ids_jwt_field'),
        organization: section.text('org_id_jwt_field'),
        customer: section.text('end_user_id_jwt_field'),
        roles: section.text('roles_jwt_field') ?? rolesField,
        scopes: 'scope',
      }),
    },
    roles: { ...usual?.roles, ...grantsOfRoles(section, reading) },
    scopes: { ...usual?.scopes, ...ofAdmin, ...scopes },
    needsScope,
    required: rolesField === null || allowedRoles === null ? null : { [rolesField]: allowedRoles },
    emailDomains: domain === null ? null : [domain],
    createsUsers: section.flag('user_id_upsert'),
    usualTeamId: section.text('team_id_default'),
    routes: list('team_allowed_routes') ?? (usual === null ? TEAM_ROUTES : null),
  });
}
