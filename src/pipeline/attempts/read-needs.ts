import { type ReceivedRequest, type Wants, wantsOf } from '../../dialects/index.ts';
import { leastTokens, type Needs } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';

/** What a request needs, each part read off its body when it is first asked for. */
export function readNeeds({ request, dialect }: Pick<Exchange, 'request' | 'dialect'>): Needs {
  return request === null ? NOTHING : new RequestNeeds(request, dialect.embedding !== null);
}

const NOTHING: Needs = { inputBytes: 0, inputTokens: 0, outputTokens: null, inputs: [], outputs: [], parameters: [] };

/** A class for its lazy members, of which most plans read none or one: one object per exchange that needs it. */
class RequestNeeds implements Needs {
  readonly #request: ReceivedRequest;
  readonly #isEmbedding: boolean;
  #wants: Wants | null = null;
  #tokens: number | null = null;

  constructor(request: ReceivedRequest, isEmbedding: boolean) {
    this.#request = request;
    this.#isEmbedding = isEmbedding;
  }

  get inputBytes(): number {
    return this.#request.bytes.length;
  }

  get inputTokens(): number {
    this.#tokens ??= leastTokens(this.#request.body, this.#isEmbedding);
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

  #read(): Wants {
    this.#wants ??= wantsOf(this.#request);
    return this.#wants;
  }
}
