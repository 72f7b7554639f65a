import { LitellmSection } from '../litellm/litellm-section.ts';
import { notHonoured, restrict, type Unsupported } from '../litellm/litellm-unsupported.ts';
import { type ConfigurationNode, isList, isMapping, mappingOf } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { userRoles } from '../settings/user-roles.ts';
import type { TokenGrantConfiguration } from './tokens-configuration.ts';

export type LitellmSettingsContext = Unsupported & { readonly general: LitellmSection };

const HONOURED = (
  'admin_jwt_scope admin_allowed_routes team_id_jwt_field team_ids_jwt_field team_allowed_routes team_id_default ' +
  'org_id_jwt_field user_id_jwt_field user_email_jwt_field user_allowed_email_domain user_roles_jwt_field ' +
  'user_allowed_roles user_id_upsert end_user_id_jwt_field public_key_ttl roles_jwt_field role_mappings ' +
  'jwt_litellm_role_map scope_mappings enforce_scope_based_access issuers issuer audience jwks_url ' +
  'disable_audience_validation'
).split(' ');

/** Models of a team are always looked at. */
const MET = ['enforce_team_based_model_access'];

const IGNORED: Readonly<Record<string, string>> = {
  team_id_upsert: 'a team that is not known lets nobody in; make it first',
  upsert_sso_user_to_team: 'whoever a token names is in its team while it lasts',
  sync_user_role_and_teams: 'a token says for itself what it may; SCIM keeps users and teams',
  team_alias_jwt_field: 'teams go by their ids',
  org_alias_jwt_field: 'organizations go by their ids',
  object_id_jwt_field: 'name the claim as user_id_jwt_field or team_id_jwt_field',
  team_claim_fallback: 'a token whose teams are not known is refused',
  public_allowed_routes: 'public routes are public',
  oidc_userinfo_enabled: 'tokens are verified by their signatures',
  oidc_userinfo_endpoint: 'tokens are verified by their signatures',
  oidc_userinfo_cache_ttl: 'tokens are verified by their signatures',
  virtual_key_claim_field: 'a token stands for its user and team, not for a key',
  virtual_key_mapping_cache_ttl: 'a token stands for its user and team, not for a key',
};

const RESTRICTING: Readonly<Record<string, string>> = {
  enforce_rbac: 'which roles may call what is said by roles and scopes',
  custom_validate: 'tokens are judged without hooks',
  routing_overrides: 'issuers go by their names',
};

/** Says of each field that is not read here why. */
export function reportTokenFields(section: LitellmSection, { reading, accepted }: Unsupported): void {
  for (const [name, { keyPlace, place, value }] of section.entries) {
    if (value === null || value === false || HONOURED.includes(name) || MET.includes(name)) continue;
    const at = keyPlace ?? place;
    const restricting = RESTRICTING[name];
    if (restricting !== undefined) restrict(`${section.name}.${name}`, at, restricting, { reading, accepted });
    else {
      const why = IGNORED[name] ?? 'it is not known here';
      reading.notices.push(notHonoured(`${section.name}.${name}`, at, why));
    }
  }
}

/** One name or several; null: there are none. */
export function listOf(section: LitellmSection, name: string, reading: Reading): readonly string[] | null {
  const node = section.node(name);
  return node === null ? null : namesIn(node, `${section.name}.${name}`, reading);
}

function namesIn(node: ConfigurationNode, name: string, reading: Reading): readonly string[] {
  const items = isList(node.value) ? node.value : [node];
  if (!items.some(({ value }) => isMapping(value) || isList(value))) return items.map(({ value }) => String(value));
  reading.fault(node.place, `${name}: expected a list of names`);
  return [];
}

type Grants = Readonly<Record<string, TokenGrantConfiguration>>;

/** `role_mappings: [{role, internal_role}]`, `jwt_litellm_role_map: [{jwt_role, litellm_role}]`. */
export function grantsOfRoles(section: LitellmSection, reading: Reading): Grants {
  return {
    ...roles(section, 'role_mappings', ['role', 'internal_role'], reading),
    ...roles(section, 'jwt_litellm_role_map', ['jwt_role', 'litellm_role'], reading),
  };
}

function roles(
  section: LitellmSection,
  list: string,
  [theirs, ours]: readonly [string, string],
  reading: Reading,
): Grants {
  return Object.fromEntries(
    entriesOf(section, list, reading).flatMap(([entry, node]) => {
      const [named, given] = [entry.text(theirs), entry.text(ours)];
      const role = userRoles.find((each) => each === given);
      if (named !== null && role !== undefined) return [[named, { role, models: [], routes: [] }]];
      const why = `'${given}' is no role of users (${userRoles.join(', ')})`;
      reading.notices.push(notHonoured(entry.name, node.keyPlace ?? node.place, why));
      return [];
    }),
  );
}

/** `scope_mappings: [{scope, models, routes}]`. */
export function grantsOfScopes(section: LitellmSection, reading: Reading): Grants {
  return Object.fromEntries(
    entriesOf(section, 'scope_mappings', reading).flatMap(([entry, node]) => {
      const scope = entry.text('scope');
      if (scope === null) {
        reading.fault(node.place, `${entry.name}: 'scope' is missing`);
        return [];
      }
      const [models, routes] = [listOf(entry, 'models', reading) ?? [], listOf(entry, 'routes', reading) ?? []];
      return [[scope, { role: null, models, routes }]];
    }),
  );
}

function entriesOf(
  section: LitellmSection,
  name: string,
  reading: Reading,
): readonly (readonly [LitellmSection, ConfigurationNode])[] {
  const node = section.node(name);
  if (node === null) return [];
  const items = isList(node.value) ? node.value : [];
  if (!isList(node.value) || items.some((item) => mappingOf(item).size === 0)) {
    reading.fault(node.place, `${section.name}.${name}: expected a list of mappings`);
    return [];
  }
  return items.map((item, index) => [new LitellmSection(`${section.name}.${name}[${index}]`, item, reading), item]);
}
