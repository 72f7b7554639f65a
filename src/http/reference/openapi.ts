import { z } from 'zod';
import type { DialectId } from '../../inference/index.ts';
import type { Route } from '../route.ts';

/** What inference is asked at: the body is its dialect's own, and is not described here. */
export type InferenceAddress = { readonly path: string; readonly dialect: DialectId };

type JsonSchema = Readonly<Record<string, unknown>>;

export type Operation = {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly operationId: string;
  readonly security: readonly JsonSchema[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, JsonSchema>>;
  /** What the caller must be allowed to do; `public`: nothing. */
  readonly 'x-action': string;
};

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: JsonSchema;
};

export type OpenApi = {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: JsonSchema;
};

/** The whole API, from what each route declares of itself. */
export function openApiOf(routes: readonly Route[], inference: readonly InferenceAddress[], version: string): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { path, dialect } of inference) {
    paths[path] = { ...paths[path], post: inferenceOperation(path, dialect) };
  }
  for (const declared of routes) {
    const path = templateOf(declared.path);
    paths[path] = { ...paths[path], [declared.method.toLowerCase()]: operationOf(declared, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Waybill',
      version,
      description:
        'One OpenAI-compatible API for every model. Inference is asked in the dialect of its address; errors come in it too.',
    },
    paths: Object.fromEntries(Object.entries(paths).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A virtual key, or the master key.' },
        'x-api-key': {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same, as Anthropic’s clients send it.',
        },
      },
      schemas: { Error: ERROR },
    },
  };
}

/** OpenAI's envelope: `code` is for programs, `metadata` has the numbers of a limit. */
const ERROR: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'param', 'code'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: ['string', 'null'] },
        metadata: { type: 'object' },
        availability: { type: 'object' },
      },
    },
  },
};

const KEY_NEEDED: readonly JsonSchema[] = [{ bearer: [] }, { 'x-api-key': [] }];
const REFUSED: JsonSchema = {
  description: 'Why not',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

function operationOf(declared: Route, path: string): Operation {
  const body = bodyOf(declared.body);
  return {
    tags: [tagOf(declared)],
    summary: declared.summary,
    operationId: idOf(declared.method, path),
    security: declared.action === 'public' ? [] : KEY_NEEDED,
    parameters: [...pathParameters(path), ...queryParameters(declared.query)],
    ...(body === null ? {} : { requestBody: body }),
    responses: { 200: { description: 'Done' }, default: REFUSED },
    'x-action': declared.action,
  };
}

function inferenceOperation(path: string, dialect: DialectId): Operation {
  return {
    tags: ['inference'],
    summary: `A call in the dialect ${dialect}, plain or streamed.`,
    operationId: idOf('POST', path),
    security: KEY_NEEDED,
    parameters: pathParameters(path),
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    responses: { 200: { description: 'The answer, in the same dialect' }, default: REFUSED },
    'x-action': 'inference',
  };
}

/** `key.create` is one of the things that are done to keys. */
function tagOf({ action }: Route): string {
  return action.split('.')[0] ?? action;
}

/** Hono's `:name`, and `*` for the rest, which is always somebody's id or name. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}').replace('*', '{id}');
}

function idOf(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, '');
}

function pathParameters(path: string): readonly Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): readonly Parameter[] {
  const schema = query === undefined ? {} : schemaOf(query);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: each,
  }));
}

function bodyOf(body: Route['body']): NonNullable<Operation['requestBody']> | null {
  if (body === undefined) return null;
  const schema = body === 'bytes' ? { type: 'object' } : schemaOf(body);
  return { required: true, content: { 'application/json': { schema } } };
}

/** As it is sent: what a refinement asks for beyond its type is told when it is not met. */
function schemaOf(type: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  return schema;
}
