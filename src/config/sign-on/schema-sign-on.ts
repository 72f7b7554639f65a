import { z } from 'zod';
import { userRoles } from '../settings/user-roles.ts';
import { duration, flag, mapping, names, text, url } from '../waybill/schema-values.ts';

const role = z.enum(userRoles, { error: `expected a role: ${userRoles.join(', ')}` });
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected lower-case letters, digits and hyphens' });

const provider = mapping({
  id: id.describe('Of its own, in addresses'),
  name: text.optional().describe('On the button. Default: the id'),
  issuer: url.describe('As the ID token names it; its OpenID configuration tells the rest'),
  client_id: text,
  client_secret: text.optional().describe('Left out: a public client, which PKCE alone protects'),
  scopes: names.optional().describe('Beside openid. Default email and profile'),
  claims: mapping({
    groups: text.optional().describe('Default groups'),
    email: text.optional().describe('Default email'),
    name: text.optional().describe('Default name'),
  })
    .optional()
    .describe('Names of claims, with dots between those of nested ones'),
  roles: z
    .record(z.string(), role)
    .optional()
    .describe('Roles by group, at each sign-in. Default: roles are given here, and no group changes them'),
  teams: z.record(z.string(), text).optional().describe('Ids of teams by group, at each sign-in'),
  default_role: role.optional().describe('Of new users, and without a group of `roles`. Default internal_user'),
  email_domains: names.optional().describe('Only verified addresses of these'),
  create_users: flag.optional().describe('Make users whom nobody knows yet. Default off'),
  trust_email: flag
    .optional()
    .describe('Addresses are right although nothing says that they were verified: of your own directory. Default off'),
});

export const signOnSections = {
  sign_on: mapping({
    public_url: url.optional().describe('Where people reach the gateway. Default: where their browsers say it is'),
    session: mapping({
      idle: duration.optional().describe('How long a session lasts without use. Default 2h'),
      lifetime: duration.optional().describe('How long it lasts however much it is used. Default 12h'),
    }).optional(),
    providers: z.array(provider).optional().describe('Identity providers that people sign in with (OpenID Connect)'),
  }).optional(),
};

export type WaybillSignOnProvider = z.output<typeof provider>;
