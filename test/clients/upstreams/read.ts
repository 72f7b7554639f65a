import { isJsonObject, type JsonObject } from '../../../src/std/index.ts';

/** The objects in a list; none where there is no list. */
export function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Of a content that is a text or a list of parts with one. */
export function textOf(content: unknown): string {
  return typeof content === 'string'
    ? content
    : objects(content)
        .map((part) => text(part['text']))
        .join('\n');
}

export function textsOf(values: readonly unknown[]): readonly string[] {
  return values.map(text).filter((each) => each !== '');
}
