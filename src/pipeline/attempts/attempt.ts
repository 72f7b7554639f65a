import { GatewayError } from '../../inference/index.ts';
import type { Endpoint, UpstreamCall } from '../../providers/index.ts';
import type { Candidate } from '../../routing/index.ts';
import { upstreamCall, whenSigned } from '../sending/upstream-call.ts';
import type { AttemptOutcome } from './answer.ts';
import { AttemptSink } from './attempt-sink.ts';
import type { Encoded } from './encode.ts';
import type { Search } from './search.ts';

export type Sent = { readonly sink: AttemptSink; readonly outcome: Promise<AttemptOutcome> };

/** One try at one deployment. The outcome comes when the upstream has answered with content, refused, or failed. */
export function attempt(
  { exchange, rooms, live }: Search,
  candidate: Candidate,
  endpoint: Endpoint,
  encoded: Encoded,
  timeouts: UpstreamCall['timeouts'],
  startedMs: number,
): Sent {
  const { deployment } = candidate;
  const { promise, resolve, reject } = Promise.withResolvers<AttemptOutcome>();
  const sink = new AttemptSink(exchange, { deployment, startedMs }, encoded.reader, rooms, resolve);
  live.add(sink);
  exchange.reply.whenGone(() => {
    for (const each of live) each.abandon();
  });
  const call = upstreamCall(exchange, endpoint, candidate, encoded, { timeouts, policies: rooms.policies });
  const send = (signed: UpstreamCall): void => {
    if (sink.isOver()) return;
    sink.sent = signed.headers;
    sink.handle = rooms.transportOf(deployment).send(signed, sink);
  };
  if (exchange.reply.isGone()) sink.abandon();
  else if (endpoint.sign === null) send(call);
  else whenSigned(call, endpoint.sign, send, (reason) => sink.failWithoutCredential(reason))?.catch(reject);
  return { sink, outcome: promise };
}

export function goneError(): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection before the answer was complete.');
}
