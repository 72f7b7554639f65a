import { type ReceivedRequest, tierWishedIn, type Wants, wantsOf } from '../../dialects/index.ts';
import { leastTokens, type Needs } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';

type Asking = Pick<Exchange, 'request' | 'dialect' | 'requestHeaders'>;

/** What a request needs, each part read off its body when it is first asked for. */
export function readNeeds(exchange: Asking): Needs {
  return exchange.request === null ? NOTHING : new RequestNeeds(exchange.request, exchange);
}

const NOTHING: Needs = {
  inputBytes: 0,
  inputTokens: 0,
  outputTokens: null,
  inputs: [],
  outputs: [],
  parameters: [],
  serviceTier: 'open',
};

/** A class for its lazy members, of which most plans read none or one: one object per exchange that needs it. */
class RequestNeeds implements Needs {
  readonly #request: ReceivedRequest;
  readonly #exchange: Asking;
  #wants: Wants | null = null;
  #tokens: number | null = null;

  constructor(request: ReceivedRequest, exchange: Asking) {
    this.#request = request;
    this.#exchange = exchange;
  }

  get inputBytes(): number {
    return this.#request.bytes.length;
  }

  get inputTokens(): number {
    const { dialect } = this.#exchange;
    this.#tokens ??= asksForWiderWindow(this.#exchange)
      ? 0
      : leastTokens(this.#request.body, dialect.embedding !== null);
    return this.#tokens;
  }

  get outputTokens(): number | null {
    return this.#request.limitIsMandatory === true ? null : this.#request.maxOutput;
  }

  get inputs(): Wants['inputs'] {
    return this.#read().inputs;
  }

  get outputs(): Wants['outputs'] {
    return this.#read().outputs;
  }

  get parameters(): readonly string[] {
    return this.#read().parameters;
  }

  get serviceTier(): Needs['serviceTier'] {
    return tierWishedIn(this.#request.body);
  }

  #read(): Wants {
    this.#wants ??= wantsOf(this.#request);
    return this.#wants;
  }
}

/** Anthropic's beta by which some models have a window of a million tokens, whatever is listed for them. */
const WIDER_WINDOW = 'context-1m';

/** In a header, or where clouds have none, in the body. */
function asksForWiderWindow({ request, requestHeaders }: Asking): boolean {
  const inBody = request?.body['anthropic_beta'];
  const betas = [requestHeaders['anthropic-beta'], ...(Array.isArray(inBody) ? inBody : [])];
  return betas.some((beta) => String(beta).includes(WIDER_WINDOW));
}
