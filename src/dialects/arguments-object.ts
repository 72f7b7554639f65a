import { isJsonObject, type JsonObject } from '../std/index.ts';

/**
 * A function's arguments for a dialect in which they are an object. Text that stands for none (a custom tool's, one that
 * was cut off) goes under `input`. Groq writes `null` where a function takes nothing (recorded).
 */
export function argumentsObject(input: string): JsonObject {
  if (input.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(input);
    return isJsonObject(parsed) ? parsed : parsed === null ? {} : { input: parsed };
  } catch {
    return { input };
  }
}
