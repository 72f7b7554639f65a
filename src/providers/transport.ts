import type { Connections } from '../network/index.ts';
import type { Clock } from '../std/index.ts';
import { openDeadlines } from './deadlines.ts';
import { TransportCall } from './transport-call.ts';
import { type Lane, openLane } from './transport-lane.ts';
import type { Transport } from './upstream.ts';

/**
 * The way to upstreams: callbacks only, no promises and no streams, because it carries every byte of every answer.
 * Sends each call once; whether to send again is the caller's decision.
 */
export function openTransport({ connections, clock }: { connections: Connections; clock: Clock }): Transport {
  const deadlines = openDeadlines(clock);
  const lanes = new Map<string, Lane>();
  return {
    send: (call, sink) => {
      let lane = lanes.get(call.origin);
      if (lane === undefined) {
        lane = openLane(connections.routeTo(call.origin), clock);
        lanes.set(call.origin, lane);
      }
      const sent = new TransportCall(call, sink, lane, deadlines);
      sent.dispatch();
      return sent;
    },
    openSockets: () => {
      let count = 0;
      for (const lane of lanes.values()) count += lane.openSockets();
      return count;
    },
    close: async () => {
      await Promise.all(Array.from(lanes.values(), (lane) => lane.close()));
    },
  };
}
