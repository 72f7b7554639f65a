import { type EmbeddingRequest, GatewayError } from '../../inference/index.ts';

/** The inputs as texts. Token numbers mean nothing to a model with another tokenizer: they are refused. */
export function textsOf(request: EmbeddingRequest): readonly string[] {
  const { model } = request;
  return inputsOf(request).map((input, index) => {
    if (typeof input === 'string') return input;
    const message = `'${model}' takes texts only, no token numbers: send input ${index} as a string.`;
    throw new GatewayError('invalid_request', message, { param: `input[${index}]` });
  });
}

/** At least one: images alone are for the dialect that they came in. */
export function inputsOf({ inputs, model }: EmbeddingRequest): EmbeddingRequest['inputs'] {
  if (inputs.length > 0) return inputs;
  throw new GatewayError('invalid_request', `'${model}' takes texts only: the request holds none.`, { param: 'input' });
}

/** For an address that takes one text each: refused before anything is sent, where sending some would charge for half. */
export function onlyTextOf(request: EmbeddingRequest, model: string): string {
  const [text, ...more] = textsOf(request);
  if (text !== undefined && more.length === 0) return text;
  const message = `'${model}' takes one text at a time: send each of the ${more.length + 1} in a request of its own.`;
  throw new GatewayError('invalid_request', message, { param: 'input' });
}
