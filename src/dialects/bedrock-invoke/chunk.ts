import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { statusOfException } from '../bedrock/error.ts';
import type { WireEvent } from '../framing/wire-event.ts';

/** A chunk's `bytes` hold one of Anthropic's events; beside them stands padding, which hides its length. null: none. */
export function inChunk({ name, data }: WireEvent): string | null {
  if (name !== 'chunk') return null;
  const bytes = parsed(data)?.['bytes'];
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64').toString('utf8') : null;
}

/** What ends a stream that failed; null: the event is no exception. */
export function exceptionIn({ name, data }: WireEvent): { readonly name: string; readonly message: string } | null {
  if (name === null || statusOfException(name) === null) return null;
  const message = parsed(data)?.['message'];
  return { name, message: typeof message === 'string' ? message : name };
}

export function parsed(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
