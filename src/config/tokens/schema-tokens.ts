import { z } from 'zod';
import { userRoles } from '../settings/user-roles.ts';
import { duration, flag, mapping, names, text, url } from '../waybill/schema-values.ts';
import { tokenAlgorithms } from './tokens-configuration.ts';

const claim = text.optional();

/** A role alone, or all that a value comes with. */
const grant = z.union(
  [
    z.enum(userRoles),
    mapping({
      role: z.enum(userRoles).optional(),
      models: names.optional().describe('Models that the token may call; default: those of its user and team'),
      routes: names.optional().describe("Addresses, or LiteLLM's groups of them, that the token may call"),
    }),
  ],
  { error: `expected a role (${userRoles.join(', ')}), or { role, models, routes }` },
);

const values = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))], {
    error: 'expected a value or a list of values',
  })
  .transform((value): readonly string[] => (Array.isArray(value) ? value : [value]).map(String));

const issuer = mapping({
  issuer: text.describe('The claim `iss`, letter by letter; its OpenID configuration tells where the keys are'),
  audience: names.describe('One of them must be in the claim `aud`'),
  jwks_url: url.optional().describe("Where the issuer's public keys are. Default: as its OpenID configuration says"),
  jwks_refresh: duration.optional().describe('How long keys are good without being asked for again. Default 10m'),
  algorithms: z
    .array(z.enum(tokenAlgorithms))
    .min(1)
    .optional()
    .describe('Signatures that are taken. Default: all of them with public keys'),
  claims: mapping({
    user: claim.describe('Default sub'),
    email: claim.describe('Default email'),
    team: claim.describe('The one team that the token is for'),
    teams: claim.describe('A list of teams: the first that may call the model is taken'),
    organization: claim,
    roles: claim.describe('What `roles` are looked up by'),
    scopes: claim.describe('What `scopes` are looked up by. Default scope'),
    customer: claim.describe('For whom calls are made, whatever they say'),
  })
    .optional()
    .describe('Names of claims, with dots between those of nested ones'),
  roles: z.record(z.string(), grant).optional().describe('What the values of the claim of roles come with'),
  scopes: z
    .record(z.string(), grant)
    .optional()
    .describe('What scopes come with; without any of them no token is taken'),
  teams: z.record(z.string(), text).optional().describe('Ids of teams by what the claims of teams say'),
  default_team: text.optional().describe('The team of tokens that name none'),
  require: z.record(z.string(), values).optional().describe('Claims that must be there with one of these values'),
  email_domains: names.optional().describe('Only addresses of these, and no unverified ones'),
  create_users: flag.optional().describe('Make users whom nobody knows yet. Default off'),
  routes: names.optional().describe('What tokens may call to which neither a role nor a scope says anything else'),
  clock_tolerance: duration.optional().describe('Between the clocks. Default 30s'),
});

export const tokenSections = {
  jwt: mapping({ issuers: z.array(issuer).describe('Identity providers whose tokens are taken for calls') }).optional(),
  scim: mapping({
    token: text.optional().describe('What a directory sends over SCIM; letters, 32 at least'),
  }).optional(),
};

export type WaybillIssuer = z.output<typeof issuer>;
export type WaybillGrant = z.output<typeof grant>;
