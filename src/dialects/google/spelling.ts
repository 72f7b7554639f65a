import type { JsonObject } from '../../std/index.ts';

/**
 * The object with its members' names in camelCase: Google's APIs take `inline_data` for `inlineData`, as protobuf's
 * JSON mapping has it. One level only, since what lies deeper may be the caller's own (arguments, schemas, labels).
 */
export function camelCased(object: JsonObject): JsonObject {
  for (const name in object) if (name.includes('_')) return renamed(object);
  return object;
}

export function camelCase(name: string): string {
  return name.replace(/([a-z0-9])_([a-z0-9])/g, (_, before: string, after: string) => before + after.toUpperCase());
}

function renamed(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [camelCase(name), value]));
}

const RESOURCE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/google\/)?models\//;

/** The model's name without what makes it a resource: `models/`, and on Vertex AI its publisher and project. */
export function modelName(resource: string): string {
  return resource.replace(RESOURCE, '');
}

/** The same resource of another model. */
export function renameModel(resource: string, model: string): string {
  return resource.slice(0, resource.length - modelName(resource).length) + model;
}
