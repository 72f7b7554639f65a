import { type Deployment, starIn } from '../../catalog/index.ts';
import { loadedDialect } from '../../dialects/index.ts';
import { type Endpoint, type Signer, type UpstreamCall, withCallerKey } from '../../providers/index.ts';
import type { Candidate } from '../../routing/index.ts';
import type { Encoded } from '../attempts/encode.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import { ANTHROPIC_BETA, clientHeaders, withClientHeaders } from './client-headers.ts';

/** The call of one attempt; what an endpoint that signs has to add is still missing. */
export function upstreamCall(
  exchange: Exchange,
  endpoint: Endpoint,
  { deployment, model }: Pick<Candidate, 'deployment' | 'model'>,
  { body, headers }: Encoded,
  { timeouts, policies }: Pick<UpstreamCall, 'timeouts'> & Pick<Rooms, 'policies'>,
): UpstreamCall {
  const own = headersFor(exchange, endpoint, headers);
  return {
    origin: endpoint.origin,
    path: pathOf(exchange.request?.stream === true ? endpoint.streamPath : endpoint.path, deployment),
    method: 'POST',
    headers: takesClientHeaders(model.name, policies())
      ? withClientHeaders(own, saidByClient(exchange, endpoint))
      : own,
    body,
    timeouts,
  };
}

/** By the model that is called, not the one that was asked for: a fallback has its own word. */
function takesClientHeaders(model: string, { routing, catalog }: ReturnType<Rooms['policies']>): boolean {
  const { clientHeaders: takers = NOBODY } = routing;
  if (takers.length === 0) return false;
  const names = [model, ...catalog.grants(model).names];
  return takers.some((taker) =>
    names.some((name) => taker === name || (taker.includes('*') && starIn(taker, name) !== null)),
  );
}

const NOBODY: readonly string[] = [];

/** Betas are for those who speak Anthropic's dialect in its own words: inside another one they stand in the body. */
function saidByClient({ requestHeaders, credentials }: Exchange, { dialect, carrier }: Endpoint): readonly string[] {
  const said = clientHeaders(requestHeaders, credentials);
  const knowsBetas = carrier === null && loadedDialect(dialect)?.forwards.includes(ANTHROPIC_BETA) === true;
  const at = said.indexOf(ANTHROPIC_BETA);
  return knowsBetas || at === -1 ? said : said.toSpliced(at, 2);
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
