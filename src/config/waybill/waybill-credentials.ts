import type { CredentialConfiguration } from '../configuration.ts';
import { formatPlace, nearestNode, type Place, placeOf } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { type AddressPart, wantedPart, withAddressParts } from '../settings/address-options.ts';
import { holdsEntra, holdsIdentity, optionProblem } from '../settings/cloud-identity.ts';
import {
  authOf,
  type CredentialBook,
  isAtOperators,
  needsKey,
  type ProviderVariables,
} from '../settings/credential-book.ts';
import { unknownProvider } from '../settings/providers-from-environment.ts';
import { credentialOptionNames, type WaybillCredential } from './schema.ts';
import type { Validated } from './validate.ts';
import { readFacts } from './waybill-facts.ts';

/** Enters the credentials of a file of our own schema into the book. */
export function readCredentials(validated: Validated, book: CredentialBook, reading: Reading): void {
  for (const [name, entry] of Object.entries(validated.file.credentials ?? {})) {
    const at = (...path: readonly string[]): Place => {
      const { node, found } = nearestNode(validated.node, ['credentials', name, ...path]);
      return found && path.length > 0 ? placeOf(node) : (node.keyPlace ?? node.place);
    };
    const credential = readCredential(name, entry, validated.isDamaged('credentials', name), at, book, reading);
    if (credential === null) book.addFaulty(name);
    else book.add(credential);
  }
  for (const name of validated.damagedNames('credentials')) if (!book.has(name)) book.addFaulty(name);
}

type At = (...path: readonly string[]) => Place;

function readCredential(
  name: string,
  entry: WaybillCredential,
  isDamaged: boolean,
  at: At,
  book: CredentialBook,
  reading: Reading,
): CredentialConfiguration | null {
  const id = entry?.provider ?? name;
  const provider = book.provider(id);
  if (name.includes('/') || name === '') reading.fault(at(), 'expected a name without a slash');
  if (provider === null) {
    if (!isDamaged)
      reading.fault(
        at('provider'),
        entry?.provider === undefined ? missingProvider(name, book) : unknownProvider(id, book),
      );
    return null;
  }
  const baseUrl = entry?.base_url?.replace(/\/+$/, '') ?? null;
  const apiKey = keyOf(entry, provider, baseUrl, book);
  const { options, missing } = withAddressParts(provider.addressParts ?? [], optionsOf(entry), baseUrl, reading);
  if (!isDamaged) {
    const problem = problemOf({ name, entry, provider, baseUrl, apiKey, missing }) ?? optionProblem(options);
    if (problem !== null) reading.fault(at(...problem.path), problem.message);
  }
  const auth = authIn(entry) ?? authOf(provider, apiKey);
  // The region is an option of its address, or stands among them.
  const { region: _, ...said } = entry ?? {};
  const facts = readFacts(said);
  const headers = entry?.headers ?? {};
  const own = facts === null ? {} : { facts };
  const place = formatPlace(at());
  return { name, provider: id, baseUrl, apiKey, auth, headers, options, origin: 'file', at: place, ...own };
}

function optionsOf(entry: WaybillCredential): Readonly<Record<string, string>> {
  return Object.fromEntries(
    credentialOptionNames.flatMap((key) => (entry?.[key] === undefined ? [] : [[key, entry[key]]])),
  );
}

/** What the file says of it; null: nothing but, perhaps, a key. */
function authIn(entry: WaybillCredential): 'caller' | 'entra' | 'none' | null {
  if (entry?.auth === 'caller' || entry?.auth === 'none' || entry?.auth === 'entra') return entry.auth;
  return entry?.api_key === undefined && holdsEntra(optionsOf(entry)) ? 'entra' : null;
}

function wantsKey(entry: WaybillCredential): boolean {
  return authIn(entry) === null;
}

/** A provider's usual key is for the provider's own host: another base_url needs a key of its own. */
function keyOf(
  entry: WaybillCredential,
  provider: ProviderVariables,
  baseUrl: string | null,
  book: CredentialBook,
): string | null {
  if (entry?.api_key !== undefined) return entry.api_key;
  if (!wantsKey(entry) || holdsIdentity(optionsOf(entry))) return null;
  const isOwnHost = baseUrl === null || isAtOperators(provider) || provider.keyOptional === true;
  return isOwnHost ? (book.variableOf(provider)?.key ?? null) : null;
}

type Checked = {
  readonly name: string;
  readonly entry: WaybillCredential;
  readonly provider: ProviderVariables;
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  readonly missing: AddressPart | null;
};

function problemOf({
  name,
  entry,
  provider,
  baseUrl,
  apiKey,
  missing,
}: Checked): { path: readonly string[]; message: string } | null {
  if (provider.needsBaseUrl && baseUrl === null)
    return { path: [], message: `the credential '${name}' needs a base_url` };
  if (missing !== null) return { path: [], message: `the credential '${name}' needs ${wantedPart(missing)}` };
  if (entry?.auth === 'caller' && baseUrl !== null) {
    return {
      path: ['base_url'],
      message: "expected no base_url beside 'auth: caller': callers' keys go to the provider's own host only",
    };
  }
  if (authIn(entry) !== null && entry?.api_key !== undefined) {
    return { path: ['api_key'], message: `expected no api_key beside 'auth: ${entry.auth}'` };
  }
  const mayGoWithout = baseUrl !== null && provider.isCloud !== true;
  if (!wantsKey(entry) || mayGoWithout || !needsKey(provider) || apiKey !== null) return null;
  const unset = `the credential '${name}' has no api_key, and ${provider.variables.join(' or ')} is not set`;
  return { path: [], message: provider.isCloud === true ? `${unset}; with 'auth: entra' none is needed` : unset };
}

function missingProvider(name: string, book: CredentialBook): string {
  // One or two letters are near to everything.
  return name.length < 3
    ? `'provider' is missing, and no provider is called '${name}'`
    : `'provider' is missing, and ${unknownProvider(name, book)}`;
}
