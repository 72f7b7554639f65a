import { startOfDate } from '../../std/index.ts';
import type { ManagedConfiguration, ManagedEntry, ManagedKind, PolicyConfiguration } from '../managed-configuration.ts';
import { formatPlace, nearestNode, type Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { CredentialBook } from '../settings/credential-book.ts';
import type { WaybillFile } from './schema.ts';
import type { ManagedSectionName } from './schema-managed.ts';
import type { Validated } from './validate.ts';
import { allowanceOf, type BudgetEntry, type RatesEntry } from './waybill-allowances.ts';

type Said<Section extends ManagedSectionName> = NonNullable<NonNullable<WaybillFile[Section]>[string]>;

/** All that some kind may say, each in the words of the file. */
type Entry = Partial<
  Omit<Said<'teams'>, 'members'> &
    Said<'organizations'> &
    Said<'projects'> &
    Said<'users'> &
    Said<'customers'> &
    Said<'tags'> &
    Said<'keys'>
>;

type Member = { role?: string; budgets?: readonly BudgetEntry[]; limits?: RatesEntry; models?: readonly string[] };

const KINDS: Readonly<Record<ManagedSectionName, ManagedKind>> = {
  organizations: 'organization',
  teams: 'team',
  projects: 'project',
  users: 'user',
  customers: 'customer',
  tags: 'tag',
  keys: 'key',
};

const MEMBERS: Readonly<Record<'organizations' | 'teams', { kind: ManagedKind; usual: string }>> = {
  organizations: { kind: 'organization_member', usual: 'internal_user' },
  teams: { kind: 'member', usual: 'user' },
};

/** Who the file says is there. */
export function readManaged(validated: Validated, book: CredentialBook, reading: Reading): ManagedConfiguration {
  const zone = validated.file.timezone ?? 'UTC';
  const sections = Object.keys(KINDS) as ManagedSectionName[];
  const entries = sections.flatMap((section) =>
    Object.entries(validated.file[section] ?? {}).flatMap(([name, said]) => {
      const at = (...path: readonly string[]): Place => placeIn(validated, [section, name, ...path]);
      const entry: Entry = said ?? {};
      checkCredentials(entry, at, book, reading);
      const own = entryOf(KINDS[section], name, entry, at, zone, reading);
      const isGroup = section === 'organizations' || section === 'teams';
      return isGroup ? [own, ...membersOf(section, own, said as Said<'teams'> | null, at)] : [own];
    }),
  );
  refuseSharedSecrets(entries, reading, (name) => placeIn(validated, ['keys', name]));
  return { entries };
}

function placeIn({ node: root }: Validated, path: readonly string[]): Place {
  const { node } = nearestNode(root, path);
  return node.keyPlace ?? node.place;
}

type At = (...path: readonly string[]) => Place;

function entryOf(kind: ManagedKind, name: string, entry: Entry, at: At, zone: string, reading: Reading): ManagedEntry {
  return {
    ...NOTHING_SAID,
    kind,
    name,
    at: formatPlace(at()),
    alias: entry.alias ?? null,
    organization: entry.organization ?? null,
    project: entry.project ?? null,
    team: entry.team ?? null,
    user: entry.user ?? null,
    role: entry.role ?? null,
    email: entry.email ?? null,
    models: entry.models ?? [],
    aliases: entry.aliases ?? {},
    metadata: { ...entry.metadata, ...(entry.tags === undefined ? {} : { tags: entry.tags }) },
    allowance: allowanceOf(entry.budgets, entry.limits),
    memberAllowance: memberAllowanceOf(entry),
    ssoGroups: entry.sso_groups ?? [],
    pays: entry.pays ?? null,
    description: entry.description ?? null,
    defaultModel: entry.default_model ?? null,
    policy: entry.region === undefined ? policyOf(entry.policy) : policyOf({ region: entry.region }),
    credentials: entry.credentials ?? {},
    blocked: entry.blocked ?? false,
    secret: secretOf(entry, at, reading),
    expiresAtMs: entry.expires === undefined ? null : expiryOf(entry.expires, at, zone, reading),
  };
}

const NOTHING_SAID = {
  alias: null,
  organization: null,
  project: null,
  team: null,
  user: null,
  role: null,
  email: null,
  models: [],
  aliases: {},
  metadata: {},
  allowance: { budgets: [], limits: [] },
  memberAllowance: null,
  ssoGroups: [],
  pays: null,
  description: null,
  defaultModel: null,
  policy: null,
  credentials: {},
  blocked: false,
  secret: null,
  expiresAtMs: null,
} as const;

function membersOf(
  section: 'organizations' | 'teams',
  { name: group }: ManagedEntry,
  said: Pick<Said<'teams'> | Said<'organizations'>, 'members'> | null,
  at: At,
): readonly ManagedEntry[] {
  const { kind, usual } = MEMBERS[section];
  return Object.entries(said?.members ?? {}).map(([user, given]): ManagedEntry => {
    const member: Member = typeof given === 'string' ? { role: given } : (given as Member);
    return {
      ...NOTHING_SAID,
      kind,
      name: `${group}\n${user}`,
      at: formatPlace(at('members', user)),
      ...(section === 'teams' ? { team: group } : { organization: group }),
      user,
      role: member.role ?? usual,
      models: member.models ?? [],
      allowance: allowanceOf(member.budgets, member.limits),
    };
  });
}

function memberAllowanceOf({ member_budget: own, member_limits: limits }: Entry): ManagedEntry['memberAllowance'] {
  return own === undefined && limits === undefined ? null : allowanceOf(own === undefined ? [] : [own], limits);
}

function policyOf(policy: Entry['policy']): PolicyConfiguration | null {
  if (policy === undefined) return null;
  return {
    region: policy.region?.toLowerCase() ?? null,
    zdr: policy.zdr ?? false,
    dataCollection: policy.data_collection ?? 'allow',
    only: policy.only?.map((name) => name.toLowerCase()) ?? null,
    ignore: policy.ignore?.map((name) => name.toLowerCase()) ?? [],
  };
}

function secretOf({ secret, sha256 }: Entry, at: At, reading: Reading): ManagedEntry['secret'] {
  if (secret !== undefined && sha256 !== undefined) {
    reading.fault(at('sha256'), 'expected either secret or sha256');
    return null;
  }
  if (sha256 !== undefined) return { form: 'sha256', value: sha256.toLowerCase() };
  return secret === undefined ? null : { form: 'plain', value: secret };
}

function expiryOf(text: string, at: At, zone: string, reading: Reading): number | null {
  const dayMs = startOfDate(text, zone);
  if (dayMs !== null) return dayMs;
  const instantMs = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(instantMs)) return instantMs;
  reading.fault(at('expires'), `expected a date such as 2027-01-01 or 2027-01-01T12:00:00Z, got '${text}'`);
  return null;
}

function checkCredentials({ credentials = {} }: Entry, at: At, book: CredentialBook, reading: Reading): void {
  for (const [provider, credential] of Object.entries(credentials)) {
    const place = at('credentials', provider);
    const problem = book.require(credential);
    const account = book.get(credential);
    if (book.provider(provider) === null) reading.fault(place, `there is no provider '${provider}'`);
    else if (problem !== null) reading.fault(place, problem);
    else if (account !== null && account.provider !== provider)
      reading.fault(place, `expected a credential of ${provider}: '${credential}' is one of ${account.provider}`);
  }
}

/** One key cannot be two. */
function refuseSharedSecrets(
  entries: readonly ManagedEntry[],
  reading: Reading,
  placeOf: (name: string) => Place,
): void {
  const first = new Map<string, string>();
  for (const { kind, name, secret } of entries) {
    if (kind !== 'key' || secret === null) continue;
    const value = `${secret.form} ${secret.value}`;
    const other = first.get(value);
    if (other === undefined) first.set(value, name);
    else reading.fault(placeOf(name), `its secret is that of the key '${other}'; each key has one of its own`);
  }
}
