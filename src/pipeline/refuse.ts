import { type GatewayError, gatewayErrors } from '../inference/index.ts';
import { UpstreamRefusal } from './attempts/upstream-refusal.ts';
import type { Exchange } from './exchange.ts';
import { pushPlanHeader } from './explain/plan-header.ts';
import { toldBody } from './explain/told-answer.ts';
import { keepContent } from './keeping/keep-content.ts';
import type { Rooms } from './rooms.ts';
import type { Ending, Settlement } from './settle.ts';

/** A refusal that cannot pass within this is not worth an SDK's repeating it. */
const WORTH_RETRYING_MS = 60_000;

/** The exchange ends without an answer: everything held goes back, and the caller learns why, in its dialect. */
export function refuse(exchange: Exchange, settlement: Settlement, error: GatewayError, rooms: Rooms): void {
  const { reply } = exchange;
  if (error.details.cause !== undefined)
    rooms.log.error(error.message, { id: exchange.id, error: error.details.cause });
  const upstream = error instanceof UpstreamRefusal ? error : null;
  const status = upstream?.refusal.status ?? statusOf(error, rooms);
  const ending: Ending = {
    outcome: reply.isGone() ? 'disconnected' : exchange.attempts.length > 0 ? 'failed' : 'refused',
    status: reply.isGone() ? 499 : status,
    error,
    usage: null,
    deployment: upstream?.deployment ?? null,
    upstreamId: null,
    answeredModel: null,
    finishReason: null,
    firstByteAtMs: null,
    responseBytes: 0,
  };
  settlement.settle(ending, () => {
    keepContent(exchange, upstream?.refusal.body ?? null, rooms);
    if (reply.isGone()) return;
    if (reply.isBegun()) return endBegun(exchange, upstream?.told() ?? error);
    const body = toldBody(exchange, upstream?.refusal.body ?? exchange.dialect.encodeError(error), null, rooms);
    pushPlanHeader(exchange);
    const contentType = upstream?.refusal.contentType || 'application/json';
    reply.begin(status, [
      'content-type',
      contentType,
      'content-length',
      String(body.length),
      ...exchange.headers,
      ...retryHeaders(error),
      // The rest of the body is still on its way and will not be read.
      ...(error.code === 'payload_too_large' ? ['connection', 'close'] : []),
    ]);
    reply.end(body);
  });
}

/** A comment kept the connection alive, or an answer had begun: it must not look whole. */
function endBegun({ reply, request, dialect }: Exchange, error: GatewayError): void {
  if (request?.stream === true) reply.end(dialect.encodeErrorEvent(error, request.framing));
  else reply.cut();
}

function statusOf(error: GatewayError, rooms: Rooms): number {
  return error.code === 'insufficient_quota' ? rooms.policies().budgetExceededStatus : error.status;
}

function retryHeaders(error: GatewayError): readonly string[] {
  const { retryAfterMs } = error.details;
  if (retryAfterMs === undefined)
    return error instanceof UpstreamRefusal || gatewayErrors[error.code].retry ? [] : ['x-should-retry', 'false'];
  const seconds = ['retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000)))];
  return retryAfterMs > WORTH_RETRYING_MS ? [...seconds, 'x-should-retry', 'false'] : seconds;
}
