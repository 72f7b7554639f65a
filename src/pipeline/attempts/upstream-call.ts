import type { Deployment } from '../../catalog/index.ts';
import { type Endpoint, type Signer, type UpstreamCall, withCallerKey } from '../../providers/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Encoded } from './encode.ts';

/** The call of one attempt; what an endpoint that signs has to add is still missing. */
export function upstreamCall(
  exchange: Exchange,
  endpoint: Endpoint,
  deployment: Deployment,
  { body, headers }: Encoded,
  timeouts: UpstreamCall['timeouts'],
): UpstreamCall {
  return {
    origin: endpoint.origin,
    path: pathOf(exchange.request?.stream === true ? endpoint.streamPath : endpoint.path, deployment),
    method: 'POST',
    headers: headersFor(exchange, endpoint, headers),
    body,
    timeouts,
  };
}

/** `send` gets the call with its credential: at once where that is at hand. `fail` is told which sources had none. */
export function whenSigned(
  call: UpstreamCall,
  sign: Signer,
  send: (call: UpstreamCall) => void,
  fail: (reason: string) => void,
): void | Promise<void> {
  const refuse = (error: unknown): void => fail(error instanceof Error ? error.message : String(error));
  let headers: ReturnType<Signer>;
  try {
    headers = sign(call);
  } catch (error) {
    return refuse(error);
  }
  if (headers instanceof Promise) return headers.then((signed) => send({ ...call, headers: signed }), refuse);
  send({ ...call, headers });
}

/** The endpoint's very own list where nothing is added to it: transports know it again. */
export function headersFor(
  { foreignCredential }: Pick<Exchange, 'foreignCredential'>,
  endpoint: Endpoint,
  further: readonly string[],
): readonly string[] {
  const takesKey = endpoint.takesCallerKey && foreignCredential !== null;
  const own = takesKey ? withCallerKey(endpoint, foreignCredential) : endpoint.headers;
  return further.length === 0 ? own : overlaid(own, further);
}

/** A name that is in both lists is the later one's. */
function overlaid(own: readonly string[], further: readonly string[]): readonly string[] {
  const names = new Set(further.filter((_, index) => index % 2 === 0));
  return [...own.filter((_, index) => !names.has(own[index - (index % 2)] ?? '')), ...further];
}

const MODEL = '{model}';

/** An endpoint's path with the model's name in its place. */
export function pathOf(path: string, { upstreamModel }: Deployment): string {
  return path.includes(MODEL) ? path.replace(MODEL, inPath(upstreamModel)) : path;
}

/** The sign before a model's version on Vertex AI (`claude-sonnet-4-5@20250929`) is plain in paths (RFC 3986, 3.3). */
function inPath(model: string): string {
  return encodeURIComponent(model).replaceAll('%40', '@');
}
