import { hash } from 'node:crypto';
import type { Desired, DesiredKey, DesiredParty } from '../access/index.ts';
import type { AllowanceConfiguration, Configuration, ManagedEntry, PolicyConfiguration } from '../config/index.ts';
import type { RoutedBy } from '../inference/index.ts';
import { nanoFromUsd } from '../std/index.ts';

type DesiredTerms = DesiredParty['facts']['terms'];
type PartyKind = DesiredParty['kind'];

/** Whom the configuration has, as `access` is told; null: there is none, and nothing is said. */
export function buildDesired({ managed, newUsers }: Pick<Configuration, 'managed' | 'newUsers'>): Desired | null {
  if (managed === null) return null;
  const { entries } = managed;
  return {
    parties: entries.flatMap((entry) => (entry.kind === 'key' ? [] : [partyOf(entry, entry.kind, newUsers)])),
    keys: entries.flatMap((entry) => (entry.kind === 'key' ? [keyOf(entry)] : [])),
  };
}

function partyOf(
  entry: ManagedEntry,
  kind: PartyKind,
  { role: usualRole, models }: Configuration['newUsers'],
): DesiredParty {
  const { name, at, alias, organization, team, user, email, aliases, metadata, blocked } = entry;
  const isUser = kind === 'user';
  return {
    kind,
    id: name,
    at,
    facts: {
      alias: alias ?? (HAVE_ALIAS.has(kind) ? name : null),
      organizationId: organization,
      teamId: team,
      userId: kind === 'member' || kind === 'organization_member' ? user : null,
      budgetId: null,
      role: entry.role ?? (isUser ? usualRole : null),
      email: email?.toLowerCase() ?? null,
      models: isUser && entry.models.length === 0 ? models : entry.models,
      aliases,
      metadata,
      maxBudgetNanoUsd: null,
      ...ratesOf(entry.allowance, {}),
      settings: settingsOf(entry, kind),
      blocked,
    },
  };
}

const HAVE_ALIAS: ReadonlySet<PartyKind> = new Set(['organization', 'team', 'project']);

function settingsOf(entry: ManagedEntry, kind: PartyKind): DesiredParty['facts']['settings'] {
  const { pays, memberAllowance, description, defaultModel, ssoGroups, credentials } = entry;
  const policy = policyOf(entry.policy);
  return {
    ...(pays === null ? {} : { pays }),
    ...(memberAllowance === null ? {} : { memberTerms: storedTerms(memberAllowance) }),
    ...(description === null ? {} : { description }),
    ...(defaultModel === null ? {} : { defaultModel }),
    ...(ssoGroups.length === 0 ? {} : { ssoGroups }),
    ...(Object.keys(credentials).length === 0 ? {} : { credentials }),
    ...(policy === undefined ? {} : kind === 'customer' ? { allowedModelRegion: policy.region } : { policy }),
  };
}

function storedTerms(allowance: AllowanceConfiguration) {
  const { rpmLimit, terms } = ratesOf(allowance, {});
  return { ...(rpmLimit === null ? {} : { rpmLimit }), terms };
}

function keyOf(entry: ManagedEntry): DesiredKey {
  const { name, at, team, project, organization, user, models, aliases, metadata, secret, expiresAtMs, blocked } =
    entry;
  const policy = policyOf(entry.policy);
  return {
    name,
    at,
    facts: {
      keyAlias: name,
      userId: user,
      teamId: team,
      projectId: project,
      organizationId: organization,
      models,
      aliases,
      metadata,
      maxBudgetNanoUsd: null,
      ...ratesOf(entry.allowance, policy === undefined ? {} : { policy }),
      expiresAtMs,
      blocked,
    },
    secret:
      secret === null
        ? null
        : secret.form === 'sha256'
          ? { inner: secret.value, hint: '' }
          : { inner: hash('sha256', secret.value), hint: secret.value.slice(-4) },
  };
}

/** What has a place of its own in LiteLLM's fields goes there, so that it is shown by its name. */
function ratesOf(
  { budgets, limits }: AllowanceConfiguration,
  more: DesiredTerms,
): { readonly rpmLimit: number | null; readonly terms: DesiredTerms } {
  const limitOf = (measure: string, per: string | null): number | undefined =>
    limits.find((each) => each.measure === measure && each.per === per)?.limit;
  const [rpm, tpm] = [limitOf('requests', 'minute'), limitOf('tokens', 'minute')];
  const parallel = limitOf('parallel', null);
  const rates = limits.filter(
    ({ measure, per }) => per !== null && !(per === 'minute' && (measure === 'requests' || measure === 'tokens')),
  );
  return {
    rpmLimit: rpm ?? null,
    terms: {
      ...more,
      ...(tpm === undefined ? {} : { tpmLimit: tpm }),
      ...(parallel === undefined ? {} : { maxParallelRequests: parallel }),
      ...(rates.length === 0 ? {} : { rates }),
      ...(budgets.length === 0 ? {} : { budgets: budgets.map(budgetOf) }),
    },
  };
}

function budgetOf({ usd, window, policy, softUsd }: AllowanceConfiguration['budgets'][number]) {
  const soft = softUsd === null ? {} : { softNanoUsd: String(nanoFromUsd(softUsd)) };
  return { nanoUsd: String(nanoFromUsd(usd)), per: window.name, policy, ...soft };
}

function policyOf(policy: PolicyConfiguration | null): RoutedBy | undefined {
  if (policy === null) return undefined;
  const { region, zdr, dataCollection, only, ignore } = policy;
  return {
    ...(region === null ? {} : { region }),
    ...(zdr ? { zdr } : {}),
    ...(dataCollection === 'deny' ? { denyDataCollection: true as const } : {}),
    ...(only === null ? {} : { only }),
    ...(ignore.length === 0 ? {} : { ignore }),
  };
}
