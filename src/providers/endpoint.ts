import { type DialectId, NO_BOUNDS, type ProviderId, type RequestBounds } from '../inference/index.ts';
import { guardAddress } from '../network/index.ts';
import { addressOf, fillIn, isDated, missingPart } from './address-parts.ts';
import type { Signer } from './auth/index.ts';
import type { KeyPlace, Operation, ProviderRow } from './provider-row.ts';
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
  readonly auth: 'api-key' | 'caller' | 'entra' | 'none';
  readonly headers: Readonly<Record<string, string>>;
  /** What only some providers need, as the configuration names it: region, project, role_arn, … */
  readonly options: Readonly<Record<string, string>>;
};

export type EndpointOptions = {
  /** Waybill's own, for the user agent. */
  readonly version: string;
  /** The upstream's model, for providers that have some under other paths. */
  readonly model?: string;
  /** Request headers of the deployment; they win over the credential's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Who signs the credential's calls; null: its headers say all. */
  readonly sign?: Signer | null;
};

/** All that a call to one operation of one account needs, worked out once. */
export type Endpoint = {
  readonly credential: string;
  readonly provider: ProviderId;
  readonly dialect: DialectId;
  readonly origin: string;
  /** `{model}` stands for the upstream model's name. */
  readonly path: string;
  /** The same as `path` where streams have no address of their own. */
  readonly streamPath: string;
  /** null: it does not count tokens. */
  readonly countPath: string | null;
  /** Where it lists its models, which costs nothing; null: nowhere that is known. */
  readonly modelsPath: string | null;
  /** A flat list of names and values, complete but for a caller's own key. */
  readonly headers: readonly string[];
  /** Puts the credential on each call; null: it stands in `headers`. */
  readonly sign: Signer | null;
  /** Members of the body that this address wants otherwise; null: none. */
  readonly members: Readonly<Record<string, string | null>> | null;
  /** The dialect that carries this one there; null: it is spoken by itself. */
  readonly carrier: NonNullable<Operation['carrier']> | null;
  /** A key that the caller sent may be added with `withCallerKey`. */
  readonly takesCallerKey: boolean;
  readonly streamUsage: ProviderRow['streamUsage'];
  readonly outputLimit: ProviderRow['outputLimit'];
  readonly quirks: readonly QuirkName[];
  readonly takes: ProviderRow['takes'];
  readonly routesBy: ProviderRow['routesBy'];
  readonly bounds: ProviderRow['bounds'];
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
  if (credential.auth === 'entra' && row.signing?.by !== 'azure')
    return `auth 'entra' is for Azure's providers, and ${row.name} is none`;
  const missing = missingPart(credential, row);
  if (missing !== null) return missing;
  const base = addressOf(credential, row);
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
  const spoken = row.speaks[dialect];
  if (spoken === undefined) return null;
  const operation = operationOf(spoken, credential, options.model ?? '');
  const url = baseUrlOf(addressOf(credential, row) ?? '', row, operation);
  const filled = (path: string): string => fillIn(url.pathname + path, credential.options);
  return {
    credential: credential.name,
    provider: credential.provider,
    dialect,
    origin: url.origin,
    path: filled(operation.path),
    streamPath: filled(operation.streamPath ?? operation.path),
    countPath: operation.countPath === undefined ? null : filled(operation.countPath),
    modelsPath: row.signing === null ? modelsPathIn(filled(''), dialect) : null,
    headers: headersOf(credential, { ...operation, auth: operation.auth ?? row.auth }, options),
    sign: options.sign ?? null,
    members: operation.members ?? null,
    carrier: operation.carrier ?? null,
    takesCallerKey: credential.auth === 'caller',
    streamUsage: row.streamUsage,
    outputLimit: row.outputLimit,
    quirks: row.quirks,
    takes: row.takes,
    routesBy: row.routesBy,
    bounds: row.bounds,
    sandbox: row.sandbox,
  };
}

/** The dialects that a provider's model is spoken to in, the preferred one first. */
export function dialectsOf(provider: ProviderId, model: string): readonly DialectId[] {
  const speaks: ProviderRow['speaks'] = providerRow(provider)?.speaks ?? {};
  return (Object.keys(speaks) as DialectId[]).filter((dialect) => {
    const spoken = speaks[dialect];
    return typeof spoken !== 'object' || spoken.models === undefined || spoken.models.test(model);
  });
}

/** What is known of how much it takes of a request to this model. */
export function boundsFor({ bounds }: Pick<Endpoint, 'bounds'>, model: string): RequestBounds {
  const row = bounds.find(({ models }) => models === undefined || models.test(model));
  if (row === undefined) return NO_BOUNDS;
  const { models: _, ...said } = row;
  return { ...NO_BOUNDS, ...said };
}

/**
 * The dialects that all of a provider's models are spoken to in, and those that only some are, in the row's order: what
 * stands on the wire, where one carries another.
 */
export function spokenBy(provider: ProviderId): {
  readonly always: readonly DialectId[];
  readonly sometimes: readonly DialectId[];
} {
  const speaks: ProviderRow['speaks'] = providerRow(provider)?.speaks ?? {};
  const spoken = Object.keys(speaks) as DialectId[];
  const detailed = (dialect: DialectId): Operation | null => {
    const operation = speaks[dialect];
    return typeof operation === 'object' ? operation : null;
  };
  const isBound = (dialect: DialectId): boolean => detailed(dialect)?.models !== undefined;
  return {
    always: spoken.filter((dialect) => !isBound(dialect)),
    sometimes: spoken.filter(isBound).map((dialect) => detailed(dialect)?.carrier ?? dialect),
  };
}

/** The endpoint's headers with a key that the caller sent in the place of the operator's. */
export function withCallerKey(endpoint: Endpoint, key: string): readonly string[] {
  const row = providerRow(endpoint.provider);
  if (!endpoint.takesCallerKey || row === null || !HEADER_VALUE.test(key)) return endpoint.headers;
  const spoken = row.speaks[endpoint.dialect];
  const isBearer = row.bearerKeys !== null && key.startsWith(row.bearerKeys);
  const own = typeof spoken === 'object' ? (spoken.auth ?? row.auth) : row.auth;
  return [...endpoint.headers, ...authorization(isBearer ? 'bearer' : own, key)];
}

/** By the beginning of the dialect's name. */
const LISTS: readonly (readonly [dialects: string, path: string])[] = [
  ['openai-', '/models'],
  ['anthropic-', '/models'],
  ['gemini-', '/models'],
  ['ollama-', '/api/tags'],
];

function modelsPathIn(base: string, dialect: DialectId): string | null {
  const [, path = null] = LISTS.find(([dialects]) => dialect.startsWith(dialects)) ?? [];
  return path === null ? null : base + path;
}

function operationOf(spoken: string | Operation, { options }: EndpointCredential, model: string): Operation {
  if (typeof spoken === 'string') return { path: spoken };
  const { elsewhere } = spoken;
  if (elsewhere?.models.test(model) === true) return { ...spoken, basePath: elsewhere.basePath };
  return spoken.dated !== undefined && isDated(options) ? { ...spoken, ...spoken.dated } : spoken;
}

const VERSION_AT_END = /\/v\d+[a-z]*\d*$/;

/**
 * A host alone gets the provider's usual path (`/v1`); any path of its own is taken as it is; the path of an operation
 * that was pasted along is taken off again.
 */
function baseUrlOf(
  base: string,
  row: ProviderRow,
  { basePath, isVersioned = false }: Operation,
): { origin: string; pathname: string } {
  const url = new URL(base);
  let pathname = url.pathname.replace(/\/+$/, '');
  for (const spoken of Object.values(row.speaks)) {
    const path = typeof spoken === 'string' ? spoken : spoken.path;
    if (pathname.endsWith(path)) pathname = pathname.slice(0, -path.length);
  }
  if (pathname === '' || pathname === row.basePath) pathname = basePath ?? row.basePath;
  else if (isVersioned && !VERSION_AT_END.test(pathname)) pathname += basePath ?? row.basePath;
  return { origin: url.origin, pathname };
}

function headersOf(
  credential: EndpointCredential,
  operation: Pick<Operation, 'headers'> & { readonly auth: KeyPlace },
  options: EndpointOptions,
): readonly string[] {
  const headers = new Map<string, string>([
    ['content-type', 'application/json'],
    ['accept-encoding', 'identity'],
    ['user-agent', `waybill/${options.version}`],
    ...Object.entries(operation.headers ?? {}),
  ]);
  if (credential.auth === 'api-key' && credential.apiKey !== null) {
    const [name, value] = authorization(operation.auth, credential.apiKey);
    if (name !== undefined && value !== undefined) headers.set(name, value);
  }
  for (const [name, value] of [...Object.entries(credential.headers), ...Object.entries(options.headers ?? {})]) {
    if (!NOT_CONFIGURABLE.has(name.toLowerCase())) headers.set(name.toLowerCase(), value);
  }
  return [...headers].flat();
}

function authorization(auth: KeyPlace, key: string): readonly string[] {
  if (auth === 'none') return [];
  return typeof auth === 'object' ? [auth.header, key] : ['authorization', `Bearer ${key}`];
}

/** A key belongs to the host it was made for. */
function isOwnOrigin(row: ProviderRow, url: URL): boolean {
  return row.baseUrl !== null && row.addressParts.length === 0 && new URL(row.baseUrl).origin === url.origin;
}
