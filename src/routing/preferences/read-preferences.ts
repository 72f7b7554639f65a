import type { DialectId } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { contradiction, isAbsent, malformed, oneOf } from './malformed.ts';
import { ownMembersIn } from './own-members.ts';
import { noPreferences, type Preferences } from './preferences.ts';
import { MOST_MODELS, readFallbacks } from './read-fallbacks.ts';
import { readMock } from './read-mock.ts';
import { readProvider } from './read-provider.ts';
import { readFlag, readName, readNames, readSeconds, readWhole } from './values.ts';

/** In lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What stands beside body and headers. */
export type Asker = {
  /** null: members of any dialect count. */
  readonly dialect: DialectId | null;
  /** The model asked for, where the address names it; null: as the body has it. */
  readonly model: string | null;
  /** Of the key: its `tags` are those of each of its requests. */
  readonly keyMetadata: JsonObject;
};

const ANYBODY: Asker = { dialect: null, model: null, keyMetadata: {} };

const MOST_RETRIES = 10;
const LONGEST_SESSION = 256;
const SWITCH: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'on', 'enabled'].map((word) => [word, true] as const),
  ...['0', 'false', 'off', 'disabled', ''].map((word) => [word, false] as const),
]);

/**
 * What a request, its headers and its key say of how it is to be routed. Throws a GatewayError (400) that names the
 * field and what it may be.
 */
export function readPreferences(body: JsonObject, headers: Headers, asker: Asker = ANYBODY): Preferences {
  const ownMembers = ownMembersIn(body, asker.dialect);
  const { metadata } = body;
  const tagged = hasTags(metadata) || hasTags(asker.keyMetadata);
  if (ownMembers.length === 0 && !tagged && !anySaid(headers)) return noPreferences;
  const given = picked(body, ownMembers);
  const { model } = body;
  return {
    ...noPreferences,
    ...readProvider(given['provider']),
    models: readNames(given['models'], 'models', MOST_MODELS) ?? [],
    session: readSession(given['session_id']),
    ...readLitellm(given, headers),
    tags: readTags(given, metadata, headers, asker.keyMetadata),
    fallbacks: readFallbacks(given, asker.model ?? (typeof model === 'string' ? model : null)),
    mock: readMock(given),
    explain: isOn(headers, 'x-waybill-explain') || wantsMetadata(headers['x-openrouter-metadata']),
    ownMembers,
  };
}

type Header =
  | 'x-litellm-timeout'
  | 'x-litellm-stream-timeout'
  | 'x-litellm-num-retries'
  | 'x-litellm-tags'
  | 'x-waybill-explain'
  | 'x-openrouter-metadata';

/** Written out, since a loop over the names takes forty times as long: 150 ns of every call that has none. */
function anySaid(headers: Headers): boolean {
  return (
    headers['x-litellm-timeout'] !== undefined ||
    headers['x-litellm-stream-timeout'] !== undefined ||
    headers['x-litellm-num-retries'] !== undefined ||
    headers['x-litellm-tags'] !== undefined ||
    headers['x-waybill-explain'] !== undefined ||
    headers['x-openrouter-metadata'] !== undefined
  );
}

function hasTags(metadata: unknown): boolean {
  return isJsonObject(metadata) && !isAbsent(metadata['tags']);
}

function picked(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, body[name]]));
}

function readLitellm(
  given: JsonObject,
  headers: Headers,
): Pick<Preferences, 'disableFallbacks' | 'retries' | 'timeoutMs' | 'streamTimeoutMs' | 'queuePriority' | 'region'> {
  const either = (header: Header, member: string): readonly [value: unknown, path: string] =>
    headers[header] === undefined ? [given[member], member] : [headers[header], header];
  const region = given['allowed_model_region'];
  return {
    disableFallbacks: readFlag(given['disable_fallbacks'], 'disable_fallbacks') ?? false,
    retries: readWhole(...either('x-litellm-num-retries', 'num_retries'), 0, MOST_RETRIES),
    timeoutMs: readSeconds(...either('x-litellm-timeout', 'timeout')),
    streamTimeoutMs: readSeconds(...either('x-litellm-stream-timeout', 'stream_timeout')),
    queuePriority: readWhole(given['priority'], 'priority', -1_000_000, 1_000_000),
    region: isAbsent(region) ? null : readName(region, 'allowed_model_region').toLowerCase(),
  };
}

/** Of the key, the body in its three places, and the header: each once. */
function readTags(given: JsonObject, metadata: unknown, headers: Headers, keyMetadata: JsonObject): readonly string[] {
  const own = given['litellm_metadata'];
  if (!isAbsent(own) && !isJsonObject(own)) throw malformed('litellm_metadata', 'an object', own);
  const header = headers['x-litellm-tags'];
  const listed = typeof header === 'string' ? header.split(',').filter((tag) => tag.trim() !== '') : null;
  const lists = [
    // What an operator stored is not the caller's fault.
    Array.isArray(keyMetadata['tags']) ? keyMetadata['tags'].filter((tag) => typeof tag === 'string') : null,
    readNames(given['tags'], 'tags'),
    isJsonObject(metadata) ? tagsIn(metadata) : null,
    readNames(own?.['tags'], 'litellm_metadata.tags'),
    readNames(listed, 'x-litellm-tags'),
  ];
  return [...new Set(lists.flatMap((list) => list ?? []))];
}

/** OpenAI's metadata holds texts alone: one of that name is a note of the client's, and no list for us. */
function tagsIn({ tags }: JsonObject): readonly string[] | null {
  return typeof tags === 'string' ? null : readNames(tags, 'metadata.tags');
}

function readSession(value: unknown): string | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string' || value.length > LONGEST_SESSION)
    throw malformed('session_id', `text of at most ${LONGEST_SESSION} characters`, value);
  return value.trim() === '' ? null : value.trim();
}

/** What OpenRouter does not know there it takes for `disabled`. */
function wantsMetadata(value: Headers[string]): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === 'enabled';
}

function isOn(headers: Headers, name: Header): boolean {
  const value = headers[name];
  if (value === undefined) return false;
  const on = typeof value === 'string' ? SWITCH.get(value.trim().toLowerCase()) : undefined;
  if (on === undefined)
    throw contradiction(name, `is a switch: ${oneOf([...SWITCH.keys()].filter((word) => word !== ''))}.`);
  return on;
}
