import type { Deployment } from '../../catalog/index.ts';
import type {
  Endpoint,
  TransportFailure,
  UpstreamCall,
  UpstreamHandle,
  UpstreamHeaders,
  UpstreamSink,
} from '../../providers/index.ts';
import type { Rooms } from '../rooms.ts';
import { whenSigned } from '../sending/upstream-call.ts';

/** What came back of one short question. */
export type Asked =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: UpstreamHeaders | null;
      /** As much of it as tells what it is. */
      readonly body: Buffer;
    }
  | { readonly kind: 'failure'; readonly failure: TransportFailure }
  | { readonly kind: 'no-credential' };

const KEPT_BYTES = 65_536;

/** Sends one call for no caller. Settles always: the call's own deadlines see to that. */
export function askUpstream(
  call: UpstreamCall,
  endpoint: Endpoint,
  deployment: Deployment,
  { transportOf }: Pick<Rooms, 'transportOf'>,
): Promise<Asked> {
  return new Promise((resolve) => {
    const send = (signed: UpstreamCall): void => {
      const sink = new AskSink(resolve);
      sink.handle = transportOf(deployment).send(signed, sink);
    };
    if (endpoint.sign === null) send(call);
    else void whenSigned(call, endpoint.sign, send, () => resolve({ kind: 'no-credential' }));
  });
}

/** A class for once: the transport's sink, one object per question. */
class AskSink implements UpstreamSink {
  handle: UpstreamHandle | null = null;
  readonly #resolve: (asked: Asked) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: UpstreamHeaders | null = null;

  constructor(resolve: (asked: Asked) => void) {
    this.#resolve = resolve;
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onData(chunk: Buffer): void {
    this.handle?.contentSeen();
    this.#bytes += chunk.length;
    if (this.#bytes <= KEPT_BYTES) this.#chunks.push(chunk);
  }

  onEnd(): void {
    this.#resolve({ kind: 'answer', status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
  }

  onFailure(failure: TransportFailure): void {
    this.#resolve({ kind: 'failure', failure });
  }
}
