import { isJsonObject, type JsonObject } from '../../std/index.ts';

/** An event's data; null: a word such as `[DONE]`, or broken. */
export function eventIn(data: string): JsonObject | null {
  try {
    const event: unknown = JSON.parse(data);
    return isJsonObject(event) ? event : null;
  } catch {
    return null;
  }
}
