import { z } from 'zod';
import { userRoles } from '../settings/user-roles.ts';
import { budget, budgets, rates } from './schema-allowances.ts';
import { flag, mapping, names, text } from './schema-values.ts';

/** A thousand characters are no name, and a line break would part it. */
const name = text
  .max(255, { error: 'expected at most 255 characters' })
  .regex(/^[^\n\0]+$/, { error: 'expected no line break' });

const limited = {
  budgets: budgets.optional().describe('Each with a period of its own'),
  limits: rates.optional(),
};

const calling = {
  ...limited,
  models: names.optional().describe('Names and patterns; left out: all'),
  aliases: z.record(text, text).optional().describe('Names that mean another model'),
  metadata: z.record(z.string(), z.unknown()).optional(),
  blocked: flag.optional().describe('Refused until it is off again. Default off'),
};

export const policy = mapping({
  region: text.optional().describe('Calls are served there only: eu, us, eu-central-1'),
  zdr: flag.optional().describe('Calls go only where no prompt is kept. Default off'),
  data_collection: z
    .enum(['allow', 'deny'])
    .optional()
    .describe('deny: calls go only where prompts are not collected. Default allow'),
  only: names.optional().describe('Credentials, providers or provider/region that calls may go to'),
  ignore: names.optional().describe('Those that calls never go to'),
});

const member = <Role extends z.ZodType>(role: Role) =>
  z.union([role, mapping({ role: role.optional(), ...limited, models: calling.models })], {
    error: 'expected a role, or a mapping with role, budgets, limits and models',
  });

const teamRole = z.enum(['admin', 'user']);
const organizationRole = z.enum(['org_admin', 'internal_user', 'internal_user_viewer']);

const organization = mapping({
  ...calling,
  alias: text.optional(),
  pays: z.enum(['prepaid', 'metered', 'free']).optional().describe('By credits, by budgets alone, or not at all'),
  members: z.record(name, member(organizationRole)).optional().describe('By user; each a role or a mapping'),
  policy: policy.optional(),
});

const team = mapping({
  ...calling,
  alias: text.optional(),
  organization: name.optional(),
  members: z.record(name, member(teamRole)).optional().describe('By user; each a role (admin, user) or a mapping'),
  member_budget: budget.optional().describe('Of each member who has none of its own'),
  member_limits: rates.optional().describe('The same for rates'),
  sso_groups: names.optional().describe('Groups of the identity provider whose people are members'),
  policy: policy.optional(),
  credentials: z
    .record(text, text)
    .optional()
    .describe("By provider, the team's own credential: its calls go by it instead of the shared ones"),
});

const project = mapping({
  ...calling,
  alias: text.optional(),
  team: name.optional(),
  organization: name.optional(),
  policy: policy.optional(),
});

const user = mapping({
  ...calling,
  alias: text.optional(),
  email: z.email({ error: 'expected an e-mail address' }).optional(),
  role: z.enum(userRoles).optional().describe('Default: that of new users'),
  policy: policy.optional(),
});

const customer = mapping({
  ...limited,
  alias: text.optional(),
  blocked: calling.blocked,
  region: text.optional().describe('Its calls are served there only'),
  default_model: text.optional().describe('Called whatever is asked for'),
});

const tag = mapping({ ...limited, description: text.optional() });

const key = mapping({
  ...calling,
  team: name.optional(),
  project: name.optional(),
  organization: name.optional(),
  user: name.optional(),
  secret: text
    .regex(/^sk-[!-~]{13,253}$/, { error: 'expected sk- and 13 to 253 further printable characters' })
    .optional()
    .describe('The key itself, from a file or a variable. Default: made once, and shown once'),
  sha256: text
    .regex(/^[0-9a-fA-F]{64}$/, { error: 'expected 64 hexadecimal digits' })
    .optional()
    .describe('Instead of secret: the sha256 of the key'),
  expires: text.optional().describe('A date such as 2027-01-01, which begins in timezone, or an instant'),
  tags: names.optional().describe('Of its calls'),
  policy: policy.optional(),
});

const named = <Entry extends z.ZodType>(entry: Entry) => z.record(name, z.union([entry, z.null()])).optional();

/** Who is there, and with which keys; by name. */
export const managedSections = {
  organizations: named(organization),
  projects: named(project),
  teams: named(team),
  users: named(user),
  customers: named(customer).describe("By the request's user"),
  tags: named(tag),
  keys: named(key),
};

export type ManagedSectionName = keyof typeof managedSections;
