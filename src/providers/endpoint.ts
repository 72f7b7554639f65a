import type { DialectId, ProviderId } from '../inference/index.ts';
import { guardAddress } from '../network/index.ts';
import type { ProviderRow } from './provider-row.ts';
import type { QuirkName } from './quirks.ts';
import { providerRow } from './table.ts';

/** An account at a provider, as the configuration gives it. */
export type EndpointCredential = {
  readonly name: string;
  readonly provider: ProviderId;
  /** null: the provider's own. With or without a path and a trailing slash. */
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  /** `caller`: the key that the caller sent goes upstream, to the provider's own host only. */
  readonly auth: 'api-key' | 'caller' | 'none';
  readonly headers: Readonly<Record<string, string>>;
};

export type EndpointOptions = {
  /** Waybill's own, for the user agent. */
  readonly version: string;
  /** Request headers of the deployment; they win over the credential's. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** All that a call to one operation of one account needs, worked out once. */
export type Endpoint = {
  readonly credential: string;
  readonly provider: ProviderId;
  readonly dialect: DialectId;
  readonly origin: string;
  readonly path: string;
  /** A flat list of names and values, complete but for a caller's own key. */
  readonly headers: readonly string[];
  /** A key that the caller sent may be added with `withCallerKey`. */
  readonly takesCallerKey: boolean;
  readonly streamUsage: ProviderRow['streamUsage'];
  readonly outputLimit: ProviderRow['outputLimit'];
  readonly quirks: readonly QuirkName[];
  readonly sandbox: boolean;
};

/** The client's business or the connection's; a configured one would break the call or the parser. */
const NOT_CONFIGURABLE = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'accept-encoding',
  'content-type',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What is wrong with a credential, in words for its owner; null: nothing. */
export function credentialFault(credential: EndpointCredential): string | null {
  const row = providerRow(credential.provider);
  if (row === null) return `there is no provider ${credential.provider}`;
  const base = credential.baseUrl ?? row.baseUrl;
  if (base === null) return `${row.name} has no address of its own: give a base URL`;
  const verdict = guardAddress(base, 'operator');
  if (!verdict.allowed) return `the base URL cannot be used: ${verdict.reason}`;
  if (verdict.url.search !== '' || verdict.url.hash !== '') return 'the base URL holds a query or a fragment';
  if (credential.auth === 'caller' && !isOwnOrigin(row, verdict.url)) {
    return `callers' keys go to the host of ${row.name} only, not to ${verdict.url.host}`;
  }
  for (const [name, value] of Object.entries({ ...credential.headers, key: credential.apiKey ?? '' })) {
    if (!HEADER_NAME.test(name)) return `${JSON.stringify(name)} is not a header name`;
    if (!HEADER_VALUE.test(value))
      return name === 'key'
        ? 'the key holds characters that no header can'
        : `header ${name} holds characters that no header can`;
    if (NOT_CONFIGURABLE.has(name.toLowerCase())) return `header ${name} cannot be set`;
  }
  return null;
}

/**
 * null: the provider does not offer the operation. Throws a RangeError where `credentialFault` has something to say,
 * so ask that first.
 */
export function createEndpoint(
  credential: EndpointCredential,
  dialect: DialectId,
  options: EndpointOptions,
): Endpoint | null {
  const fault = credentialFault(credential);
  const row = providerRow(credential.provider);
  if (fault !== null || row === null) throw new RangeError(`credential ${credential.name}: ${fault}`);
  const operationPath = row.speaks[dialect];
  if (operationPath === undefined) return null;
  const url = baseUrlOf(credential.baseUrl ?? row.baseUrl ?? '', row);
  return {
    credential: credential.name,
    provider: credential.provider,
    dialect,
    origin: url.origin,
    path: url.pathname + operationPath,
    headers: headersOf(credential, row, options),
    takesCallerKey: credential.auth === 'caller',
    streamUsage: row.streamUsage,
    outputLimit: row.outputLimit,
    quirks: row.quirks,
    sandbox: row.sandbox,
  };
}

/** The endpoint's headers with a key that the caller sent in the place of the operator's. */
export function withCallerKey(endpoint: Endpoint, key: string): readonly string[] {
  const row = providerRow(endpoint.provider);
  if (!endpoint.takesCallerKey || row === null || !HEADER_VALUE.test(key)) return endpoint.headers;
  return [...endpoint.headers, ...authorization(row, key)];
}

/**
 * A host alone gets the provider's usual path (`/v1`); any path of its own is taken as it is; the path of an operation
 * that was pasted along is taken off again.
 */
function baseUrlOf(base: string, row: ProviderRow): { origin: string; pathname: string } {
  const url = new URL(base);
  let pathname = url.pathname.replace(/\/+$/, '');
  for (const operation of Object.values(row.speaks)) {
    if (pathname.endsWith(operation)) pathname = pathname.slice(0, -operation.length);
  }
  return { origin: url.origin, pathname: pathname === '' ? row.basePath : pathname };
}

function headersOf(credential: EndpointCredential, row: ProviderRow, options: EndpointOptions): readonly string[] {
  const headers = new Map<string, string>([
    ['content-type', 'application/json'],
    ['accept-encoding', 'identity'],
    ['user-agent', `waybill/${options.version}`],
  ]);
  if (credential.auth === 'api-key' && credential.apiKey !== null) {
    const [name, value] = authorization(row, credential.apiKey);
    if (name !== undefined && value !== undefined) headers.set(name, value);
  }
  for (const [name, value] of [...Object.entries(credential.headers), ...Object.entries(options.headers ?? {})]) {
    if (!NOT_CONFIGURABLE.has(name.toLowerCase())) headers.set(name.toLowerCase(), value);
  }
  return [...headers].flat();
}

function authorization(row: ProviderRow, key: string): readonly string[] {
  if (row.auth === 'none') return [];
  return typeof row.auth === 'object' ? [row.auth.header, key] : ['authorization', `Bearer ${key}`];
}

/** A key belongs to the host it was made for. */
function isOwnOrigin(row: ProviderRow, url: URL): boolean {
  return row.baseUrl !== null && new URL(row.baseUrl).origin === url.origin;
}
