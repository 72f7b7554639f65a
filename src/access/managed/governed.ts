import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '../../inference/index.ts';
import type { KeyTerms } from '../key-terms.ts';
import type { PartyFacts } from '../parties/party.ts';
import type { VirtualKey } from '../virtual-key.ts';
import type { GovernedKey, GovernedParty } from './desired.ts';

/** What is spent and what is lent for a while are nobody's wish: they stay whatever the configuration says. */
export function termsKept({ increase, forgiven }: KeyTerms): KeyTerms {
  return {
    ...(increase === undefined ? {} : { increase }),
    ...(forgiven === undefined ? {} : { forgiven }),
  };
}

/** Who somebody is at the identity provider is found out at sign-on. */
export function settingsKept({ ssoUserId, scim }: PartyFacts['settings']): PartyFacts['settings'] {
  return { ...(ssoUserId === undefined ? {} : { ssoUserId }), ...(scim === undefined ? {} : { scim }) };
}

export function governedOfParty(party: PartyFacts): GovernedParty {
  const { alias, organizationId, teamId, userId, budgetId, role, email, models, aliases, metadata } = party;
  const { increase: _, forgiven: __, ...terms } = party.terms;
  const { ssoUserId: ___, managedAt: ____, scim: _____, ...settings } = party.settings;
  const { maxBudgetNanoUsd, rpmLimit, blocked } = party;
  const who = { alias, organizationId, teamId, userId, budgetId, role, email, models, aliases, metadata };
  return { ...who, maxBudgetNanoUsd, rpmLimit, terms, settings, blocked };
}

export function governedOfKey({ caller, ...key }: VirtualKey): GovernedKey {
  const { keyAlias, userId, teamId, projectId, organizationId, models, aliases } = caller;
  const { increase: _, forgiven: __, managedAt: ___, ...terms } = key.terms;
  const { metadata, maxBudgetNanoUsd, rpmLimit, expiresAtMs, blocked } = key;
  const who = { keyAlias, userId, teamId, projectId, organizationId, models, aliases };
  return { ...who, metadata, maxBudgetNanoUsd, rpmLimit, terms, expiresAtMs, blocked };
}

export function isSame(one: GovernedParty | GovernedKey, other: GovernedParty | GovernedKey): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

/** As JSON has them: what is undefined is not there, amounts are text. */
export function plain(facts: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
}

/** Throws a GatewayError (409) where the configuration has it, and the change is not its own. */
export function refuseManaged(what: string, at: string | undefined): void {
  if (at === undefined) return;
  const [file, line] = placeOf(at);
  throw new GatewayError(
    'conflict',
    `The ${what} is managed by the configuration: change it there (${file}, line ${line}) and load that again.`,
    { metadata: { managed_by: 'file', managed_at: at } },
  );
}

/** `teams/payments.yaml:12:3` is a file, a line and a column. */
function placeOf(at: string): readonly [file: string, line: string] {
  const parts = at.split(':');
  return [parts.slice(0, -2).join(':'), parts.at(-2) ?? ''];
}
