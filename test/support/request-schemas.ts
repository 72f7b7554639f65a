import type { ValidateFunction } from 'ajv';
import type { DialectId } from '../../src/inference/index.ts';
import { validatorOf } from './discovery.ts';
import { loosened, publishedSchema } from './published.ts';

/** What upstreams publish of the requests that they take. Opened late: the descriptions are long. */
export const requestSchemas: Readonly<Partial<Record<DialectId, () => ValidateFunction>>> = {
  'openai-chat': () => publishedSchema('openai.yaml')('CreateChatCompletionRequest'),
  'openai-responses': () => publishedSchema('openai.yaml', loosened)('CreateResponse'),
  'anthropic-messages': () => publishedSchema('anthropic.yml')('BetaCreateMessageParams'),
  'gemini-generate': () => validatorOf('GenerateContentRequest'),
};
