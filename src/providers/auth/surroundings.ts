import type { Ask, AskAnswer } from '../../network/index.ts';
import { type Clock, isJsonObject, type JsonObject } from '../../std/index.ts';
import { CredentialError } from './signer.ts';

/** All that the search for a cloud's credential may touch. */
export type Surroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** null: there is no such file. */
  readonly readText: (path: string) => Promise<string | null>;
  /** Token services. */
  readonly ask: Ask;
  /** The metadata services of machines and containers: their addresses, and this machine's, only. */
  readonly askMetadata: Ask;
  readonly clock: Clock;
};

/** Longer than any token service takes. */
export const TOKEN_TIMEOUT_MS = 10_000;
/** A metadata service is next door, or not there at all. */
export const METADATA_TIMEOUT_MS = 2_000;

/** A variable that is set to something. */
export function variable({ environment }: Surroundings, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

/** `source` for the message. The answer's own words go along, shortened: they say which role or scope is missing. */
export function jsonOf({ status, text }: AskAnswer, source: string): JsonObject {
  const body = parsed(text);
  if (status >= 200 && status < 300 && body !== null) return body;
  throw new CredentialError(`${source} answered ${status}: ${reasonIn(body) ?? text.slice(0, 200)}`);
}

/** A field that the answer must have. */
export function fieldOf(body: JsonObject, name: string, source: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new CredentialError(`${source} answered without ${name}`);
}

export async function requireText({ readText }: Surroundings, path: string, source: string): Promise<string> {
  const text = await readText(path);
  if (text === null) throw new CredentialError(`${source}: there is no file ${path}`);
  return text;
}

/** A JSON document that must be an object; its text is never in the message. */
export function parseDocument(text: string, source: string): JsonObject {
  const document = parsed(text);
  if (document === null) throw new CredentialError(`${source} is not a JSON object`);
  return document;
}

export function formOf(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' } as const;

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** OAuth's two words, Google's and AWS's own. */
function reasonIn(body: JsonObject | null): string | null {
  if (body === null) return null;
  const { error, error_description: description, message, Message } = body;
  const words = [error, description, message, Message].filter((word) => typeof word === 'string');
  if (words.length > 0) return words.join(': ').slice(0, 300);
  const inner = isJsonObject(error) ? error['message'] : null;
  return typeof inner === 'string' ? inner.slice(0, 300) : null;
}
