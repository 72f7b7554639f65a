import type { ValidateFunction } from 'ajv';
import type { DialectId } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { validatorOf } from './discovery.ts';
import { eventNames, faultOf, publishedSchema } from './published.ts';

/** The published schemas that an answer must hold to, all of them; `events` none: the schemas do not know of it. */
export type ClientSchemas = {
  readonly plain: readonly Check[];
  readonly event: (event: JsonObject) => readonly Check[];
};

/** What is wrong with a value; null: nothing. */
type Check = (value: JsonObject) => string | null;

/** By the dialect of the client. Opened late: the descriptions are long. */
export const clientSchemas: Readonly<Partial<Record<DialectId, () => ClientSchemas>>> = {
  'openai-chat': () => {
    const schema = publishedSchema('openai.yaml');
    const chunk = faults(schema('CreateChatCompletionStreamResponse'));
    return { plain: [faults(schema('CreateChatCompletionResponse'))], event: () => [chunk] };
  },
  'openai-responses': responsesSchemas,
  'anthropic-messages': () => {
    const schema = publishedSchema('anthropic.yml');
    const events = [faults(schema('MessageStreamEvent')), faults(schema('BetaMessageStreamEvent'))];
    return {
      plain: [faults(schema('Message')), faults(schema('BetaMessage'))],
      // A ping is documented, and in neither schema.
      event: ({ type }) => (type === 'ping' ? [] : events),
    };
  },
  'gemini-generate': () => {
    const answer = faults(validatorOf('GenerateContentResponse'));
    return { plain: [answer], event: () => [answer] };
  },
};

/** OpenAI's, and Open Responses', which knows neither custom tools nor searches and has events of its own for thoughts. */
function responsesSchemas(): ClientSchemas {
  const openAi = publishedSchema('openai.yaml');
  const open = publishedSchema('open-responses.json');
  const event = whileMade(openAi('ResponseStreamEvent'));
  const common = new Map(Array.from(eventNames('open-responses.json'), ([type, name]) => [type, open(name)]));
  return {
    plain: [whileMade(openAi('Response')), withoutSearches(faults(open('ResponseResource')))],
    event: ({ type }) => {
      const also = common.get(type);
      return also === undefined ? [event] : [event, withoutSearches(faults(also))];
    },
  };
}

/** OpenAI says of an answer that is not whole that its usage is null, and its schema that there is none. */
function whileMade(validate: ValidateFunction): Check {
  return (value) => {
    const { response } = value;
    return faultOf(
      validate,
      isJsonObject(response) ? { ...value, response: withoutNullUsage(response) } : withoutNullUsage(value),
    );
  };
}

/** The rest of an answer and of an event that holds one; an event about a search alone has none. */
function withoutSearches(faultsIn: Check): Check {
  return (value) => {
    const { item, response } = value;
    if (isSearch(item)) return null;
    return faultsIn(isJsonObject(response) ? { ...value, response: othersIn(response) } : othersIn(value));
  };
}

function othersIn(response: JsonObject): JsonObject {
  const { output } = response;
  return Array.isArray(output) ? { ...response, output: output.filter((item) => !isSearch(item)) } : response;
}

function isSearch(item: unknown): boolean {
  return isJsonObject(item) && item['type'] === 'web_search_call';
}

function withoutNullUsage(response: JsonObject): JsonObject {
  const { usage, ...others } = response;
  return usage === null ? others : response;
}

function faults(validate: ValidateFunction): Check {
  return (value) => faultOf(validate, value);
}
