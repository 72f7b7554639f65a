import { contentTypeOf } from '../dialects/index.ts';
import type { Exchange } from './exchange.ts';

const TICK_MS = 1_000;
/** Proxies and clients give up on a connection after 30 s to 60 s without a byte. */
const SILENT_TICKS = 15;

/** `no-transform` and `x-accel-buffering` keep proxies in front from holding events back. */
export const STREAM_HEADERS = ['cache-control', 'no-cache, no-transform', 'x-accel-buffering', 'no'];

/** Says that a stream lives while nothing comes: a comment, or what else its dialect has for it. */
export type KeepAlive = {
  /** From now on until the reply is over. Nothing happens for an exchange that is not streamed. */
  readonly watch: (exchange: Exchange) => void;
  readonly close: () => void;
};

type Watched = { readonly exchange: Exchange; readonly comment: Buffer; silentTicks: number; slot: number };

/**
 * One timer for all streams. Before an answer has come a first comment takes the headers along; another candidate can
 * still be tried, for a comment is no content.
 *
 * A list, and no Set: the table of a Set that grows or is cleared up points to the one that takes its place. Of many that
 * come and go, one table in the old generation keeps all the following alive, each with the exchanges that were in it.
 */
export function openKeepAlive(tickMs: number = TICK_MS): KeepAlive {
  const watched: Watched[] = [];
  let timer: NodeJS.Timeout | null = null;
  const close = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const leave = (one: Watched): void => {
    if (one.slot === -1) return;
    const last = watched.pop();
    if (last !== undefined && last !== one) {
      last.slot = one.slot;
      watched[one.slot] = last;
    }
    one.slot = -1;
  };
  const tick = (): void => {
    // A copy: whoever leaves is replaced by the last.
    for (const one of [...watched]) {
      if (one.exchange.reply.isOver()) leave(one);
      else if (one.exchange.reply.hasWritten()) one.silentTicks = 0;
      else if (++one.silentTicks >= SILENT_TICKS) say(one);
    }
    if (watched.length === 0) close();
  };
  return {
    close,
    watch: (exchange) => {
      const { request, dialect } = exchange;
      const comment = request?.stream === true ? dialect.keepAlive(request.framing) : null;
      if (comment === null) return;
      const one: Watched = { exchange, comment, silentTicks: 0, slot: watched.length };
      watched.push(one);
      // Not at the next look: until then all that has ended would be copied by each collection.
      exchange.reply.whenOver(() => leave(one));
      timer ??= setInterval(tick, tickMs).unref();
    },
  };
}

function say(one: Watched): void {
  const { reply, request, headers, flowing } = one.exchange;
  one.silentTicks = 0;
  if (flowing !== null && !flowing.isBetweenEvents()) return;
  if (!reply.isBegun() && request !== null)
    reply.begin(200, ['content-type', contentTypeOf(request.framing), ...STREAM_HEADERS, ...headers]);
  reply.write(one.comment);
}
