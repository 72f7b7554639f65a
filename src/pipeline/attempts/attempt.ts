import { GatewayError } from '../../inference/index.ts';
import type { Endpoint, UpstreamCall } from '../../providers/index.ts';
import type { Candidate } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import type { AttemptOutcome } from './answer.ts';
import { AttemptSink } from './attempt-sink.ts';
import type { Encoded } from './encode.ts';
import { upstreamCall, whenSigned } from './upstream-call.ts';

/** One try at one deployment. Resolves when the upstream has answered with content, refused, or failed. */
export function attempt(
  exchange: Exchange,
  candidate: Candidate,
  endpoint: Endpoint,
  encoded: Encoded,
  startedMs: number,
  rooms: Rooms,
): Promise<AttemptOutcome> {
  const { deployment } = candidate;
  return new Promise((resolve, reject) => {
    const sink = new AttemptSink(exchange, { deployment, startedMs }, encoded.reader, rooms, resolve);
    exchange.reply.whenGone(() => sink.abandon());
    const call = upstreamCall(exchange, endpoint, deployment, encoded);
    const send = (signed: UpstreamCall): void => {
      if (!sink.isOver()) sink.handle = rooms.transportOf(deployment).send(signed, sink);
    };
    if (exchange.reply.isGone()) sink.abandon();
    else if (endpoint.sign === null) send(call);
    else whenSigned(call, endpoint.sign, send, (reason) => sink.failWithoutCredential(reason))?.catch(reject);
  });
}

export function goneError(): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection before the answer was complete.');
}
