import type { AddressPart, ProviderRow } from './provider-row.ts';

type Account = { readonly baseUrl: string | null; readonly options: Readonly<Record<string, string>> };

/** So that nothing in it can lead to another host or path. Google's older projects hold a dot and a colon. */
const PART = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;
/** Azure's names of the API that has no date. */
const UNDATED = new Set(['v1', 'latest', 'preview']);

/** The base URL of an account, its parts filled in; null: the operator must give one. */
export function addressOf({ baseUrl, options }: Account, row: ProviderRow): string | null {
  if (baseUrl !== null) return baseUrl;
  const place = options['region'] ?? options['location'] ?? '';
  const template = row.baseUrlsElsewhere.find((elsewhere) => elsewhere.place.test(place))?.baseUrl ?? row.baseUrl;
  return template === null ? null : fillIn(template, options);
}

/** What is wrong with the parts that the account's addresses are made of, in words for its owner; null: nothing. */
export function missingPart(account: Account, { name, addressParts }: ProviderRow): string | null {
  for (const part of addressParts) {
    const value = account.options[part.option];
    if (value !== undefined && !PART.test(value)) return `${part.option} cannot be part of an address`;
    if (value === undefined && isNeeded(part, account.baseUrl)) return `${name} needs ${wanted(part)}`;
  }
  return null;
}

export function isNeeded({ needed }: AddressPart, baseUrl: string | null): boolean {
  return needed === 'always' || (needed === 'without-base-url' && baseUrl === null);
}

/** Whether the credential keeps to a dated version of the provider's API. */
export function isDated({ api_version: version }: Readonly<Record<string, string>>): boolean {
  return version !== undefined && !UNDATED.has(version);
}

/** `{region}` becomes what the options say; `{model}` is another's. */
export function fillIn(template: string, options: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-z_]+)\}/g, (whole, option: string) => options[option] ?? whole);
}

function wanted({ option, needed }: AddressPart): string {
  return needed === 'always' ? `a ${option}` : `a base URL or a ${option}`;
}
