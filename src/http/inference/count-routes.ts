import { z } from 'zod';
import {
  type CountedDialect,
  type Dialect,
  encodeAnthropicError,
  encodeBedrockError,
  encodeGoogleError,
  encodeOpenAiError,
  loadDialect,
  type ReceivedRequest,
  tokenCountings,
  withoutMembers,
} from '../../dialects/index.ts';
import { type ChatRequest, GatewayError } from '../../inference/index.ts';
import { type Counted, countTokens, type Rooms, recallFor } from '../../pipeline/index.ts';
import { ownMembersIn } from '../../routing/index.ts';
import { type Route, type RouteAnswer, type RouteCall, route } from '../route.ts';
import { OPENAI_PREFIXES } from './doors.ts';

/** Clients put betas and versions there. */
export const query = z.record(z.string(), z.string());
type Query = z.infer<typeof query>;
export type CountCall = RouteCall<Buffer, Query>;

/** Asks for the count of the model's own provider; the answer says in the same header whose count it is. */
const BY = 'x-waybill-count';

/** A dialect's addresses for a count. What `*` stands for names the model, or must be what `method` says. */
type CountDoor = {
  readonly dialect: CountedDialect;
  readonly paths: readonly string[];
  /** The model that the rest of the path names: null: the body does. undefined: it is no count. */
  readonly modelIn: (rest: string) => string | null | undefined;
};

const encoders: Readonly<Record<CountedDialect, Dialect['encodeError']>> = {
  'anthropic-messages': encodeAnthropicError,
  'openai-responses': encodeOpenAiError,
  'gemini-generate': encodeGoogleError,
  'bedrock-invoke': encodeBedrockError,
  'bedrock-converse': encodeBedrockError,
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

/** How many tokens a request has that is not made: what it would be charged for is not, and no limit is touched. */
export function countRoutes(rooms: Rooms): readonly Route[] {
  return doors.flatMap(({ paths, ...door }) => paths.map((path) => countRoute(path, door, rooms)));
}

function countRoute(path: string, { dialect: id, modelIn }: Omit<CountDoor, 'paths'>, rooms: Rooms): Route {
  return route<Buffer, Query>({
    method: 'POST',
    path,
    summary: 'The number of tokens in a request.',
    body: 'bytes',
    query,
    action: 'token.count',
    encodeError: () => encoders[id],
    answer: async (call) => {
      const model = modelIn(call.rest);
      if (model === undefined) throw new GatewayError('not_found', 'There is nothing at this address.');
      const [dialect, counting] = await Promise.all([loadDialect(id), tokenCountings[id]()]);
      const received = counting.readRequest(call.body, { model, stream: false, framing: dialect.framing });
      const asksProvider = call.headers.get(BY) === 'provider' || call.query['provider'] === 'true';
      const whole = await recallFor(withoutOwn(received), dialect, call.key.caller, rooms);
      const counted = await count(counting.decodeRequest(whole), dialect, asksProvider, call, rooms);
      return answered(counting.encodeResponse(counted.tokens), counted);
    },
  });
}

/** What a request says of its routing is for no provider's count. */
function withoutOwn(received: ReceivedRequest): ReceivedRequest {
  return withoutMembers(received, ownMembersIn(received.body, received.dialect));
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
