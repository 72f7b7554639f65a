import { z } from 'zod';
import { type Dialect, dialects, type TokenCounting, tokenCountings } from '../../dialects/index.ts';
import { type ChatRequest, GatewayError } from '../../inference/index.ts';
import { type Counted, countTokens, type Rooms, recallFor } from '../../pipeline/index.ts';
import { type Route, type RouteAnswer, type RouteCall, route } from '../route.ts';
import { OPENAI_PREFIXES } from './doors.ts';

/** Clients put betas and versions there. */
export const query = z.record(z.string(), z.string());
type Query = z.infer<typeof query>;
export type CountCall = RouteCall<Buffer, Query>;

/** Asks for the count of the model's own provider; the answer says in the same header whose count it is. */
const BY = 'x-waybill-count';

type CountedDialect = keyof typeof tokenCountings;

/** A dialect's addresses for a count. What `*` stands for names the model, or must be what `method` says. */
type CountDoor = {
  readonly dialect: CountedDialect;
  readonly paths: readonly string[];
  /** The model that the rest of the path names: null: the body does. undefined: it is no count. */
  readonly modelIn: (rest: string) => string | null | undefined;
};

const inBody = (): null => null;
const VERTEX = '/v1/projects/:project/locations/:location/publishers';
const GEMINI_PREFIXES = ['', '/gemini'].flatMap((prefix) =>
  ['v1', 'v1alpha', 'v1beta', 'v1beta1'].map((version) => `${prefix}/${version}`),
);

const doors: readonly CountDoor[] = [
  {
    dialect: 'anthropic-messages',
    paths: [...OPENAI_PREFIXES, '/anthropic/v1', '/anthropic'].map((prefix) => `${prefix}/messages/count_tokens`),
    modelIn: inBody,
  },
  {
    dialect: 'openai-responses',
    paths: OPENAI_PREFIXES.map((prefix) => `${prefix}/responses/input_tokens`),
    modelIn: inBody,
  },
  {
    // Where Vertex AI would have a model stands the operation, and the model in the body.
    dialect: 'anthropic-messages',
    paths: [VERTEX, VERTEX.replace('v1', 'v1beta1')].map((publishers) => `${publishers}/anthropic/models/*`),
    modelIn: (rest) => (rest === 'count-tokens:rawPredict' ? null : undefined),
  },
  {
    dialect: 'gemini-generate',
    paths: GEMINI_PREFIXES.flatMap((prefix) =>
      ['', '/publishers/google', '/projects/:project/locations/:location/publishers/google'].map(
        (publisher) => `${prefix}${publisher}/models/*`,
      ),
    ),
    modelIn: (rest) => /^(.+):countTokens$/.exec(rest)?.[1],
  },
  {
    dialect: 'bedrock-converse',
    paths: ['/model/*', '/bedrock/model/*'],
    modelIn: (rest) => /^(.+)\/count-tokens$/.exec(rest)?.[1],
  },
];

/** Its body is a whole request of inference, and may be as long. */
export function isCountDoor(path: string): boolean {
  return /\/(?:count_tokens|input_tokens|token_counter|explain|transform_request|count-tokens:rawPredict|count-tokens)$|:countTokens$/.test(
    path,
  );
}

/** How many tokens a request has that is not made: what it would be charged for is not, and no limit is touched. */
export function countRoutes(rooms: Rooms): readonly Route[] {
  return doors.flatMap(({ paths, ...door }) => paths.map((path) => countRoute(path, door, rooms)));
}

function countRoute(path: string, { dialect: id, modelIn }: Omit<CountDoor, 'paths'>, rooms: Rooms): Route {
  const dialect = dialects[id];
  const counting: TokenCounting = tokenCountings[id];
  return route<Buffer, Query>({
    method: 'POST',
    path,
    summary: 'The number of tokens in a request.',
    body: 'bytes',
    query,
    action: 'token.count',
    encodeError: () => dialect.encodeError,
    answer: async (call) => {
      const model = modelIn(call.rest);
      if (model === undefined) throw new GatewayError('not_found', 'There is nothing at this address.');
      const received = counting.readRequest(call.body, { model, stream: false, framing: dialect.framing });
      const asksProvider = call.headers.get(BY) === 'provider' || call.query['provider'] === 'true';
      const whole = await recallFor(received, dialect, call.key.caller, rooms);
      const counted = await count(counting.decodeRequest(whole), dialect, asksProvider, call, rooms);
      return answered(counting.encodeResponse(counted.tokens), counted);
    },
  });
}

export function answered(body: unknown, { by }: Counted): RouteAnswer {
  return { body, headers: { [BY]: by } };
}

export function count(
  request: ChatRequest,
  dialect: Dialect,
  asksProvider: boolean,
  { key, headers, foreignCredential }: Pick<CountCall, 'key' | 'headers' | 'foreignCredential'>,
  rooms: Rooms,
): Promise<Counted> {
  const forwarded = dialect.forwards.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [name, value];
  });
  return countTokens(request, { caller: key.caller, asksProvider, dialect, forwarded, foreignCredential }, rooms);
}
