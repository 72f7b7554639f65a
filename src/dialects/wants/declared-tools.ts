import type { JsonObject } from '../../std/index.ts';
import { asObject, asObjects, asText } from '../loosely.ts';

/** The tools that a request declares, by name, each with the schema of its arguments; null: it has none. */
export type DeclaredTools = {
  readonly schemas: ReadonlyMap<string, JsonObject | null>;
  /** There are others whose names are not there: a provider's own, or those of a server that it asks. */
  readonly hasOthers: boolean;
};

/** Whether a body may declare any; cheap. */
export function hasTools(body: JsonObject): boolean {
  return body['tools'] !== undefined || body['toolConfig'] !== undefined;
}

/** In whatever dialect they stand, read as they came: nothing is decoded for it. */
export function declaredTools(body: JsonObject): DeclaredTools {
  const schemas = new Map<string, JsonObject | null>();
  let hasOthers = false;
  for (const tool of asObjects(body['tools'] ?? asObject(body['toolConfig'])?.['tools'])) {
    const listed = asObjects(tool['functionDeclarations'] ?? tool['function_declarations']);
    const declared = listed.length > 0 ? listed : [asObject(tool['function']) ?? asObject(tool['toolSpec']) ?? tool];
    for (const each of declared) {
      const name = asText(each['name']);
      const schema = schemaIn(each);
      if (name === null || (schema === null && each === tool)) hasOthers = true;
      if (name !== null) schemas.set(name, schema);
    }
  }
  return { schemas, hasOthers };
}

/** OpenAI's, Cohere's and Google's; Anthropic's; Bedrock's; Google's other one. Google writes types in capitals. */
function schemaIn(tool: JsonObject): JsonObject | null {
  const { parameters, input_schema: anthropic, inputSchema: bedrock, parametersJsonSchema: google } = tool;
  return asObject(parameters) ?? asObject(anthropic) ?? asObject(asObject(bedrock)?.['json']) ?? asObject(google);
}
