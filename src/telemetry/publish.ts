import type { ExchangeEvent } from './event.ts';
import type { Log } from './log.ts';

export type Subscriber = { readonly name: string; readonly take: (event: ExchangeEvent) => void };

/** Hands each settled exchange to every subscriber. A broken one is logged and cannot fail the exchange. */
export function openPublisher(subscribers: readonly Subscriber[], log: Log): (event: ExchangeEvent) => void {
  return (event) => {
    for (const subscriber of subscribers) {
      try {
        subscriber.take(event);
      } catch (error) {
        log.error(`the exporter '${subscriber.name}' failed`, { error, id: event.id });
      }
    }
  };
}
