import type { ChildProcess } from 'node:child_process';
import type { MessagePort, Worker } from 'node:worker_threads';

/** A way for messages in both directions, in order: between threads, or between a worker process and its primary. */
export type Channel = {
  readonly post: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** The other side is gone: nothing will be answered any more. Called once. */
  readonly onClose: (listener: () => void) => void;
};

export function threadChannel(port: MessagePort | Worker): Channel {
  return {
    post: (message) => port.postMessage(message, []),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void ('terminate' in port ? port.once('exit', listener) : port.once('close', listener)),
  };
}

/** Marks the store's messages among whatever else travels between the two processes. */
const MARK = 'waybill:ground';

type Marked = { readonly [MARK]: unknown };

/** Needs `serialization: 'advanced'` where the processes are forked: bigints and bytes travel. */
export function processChannel(
  endpoint: Pick<ChildProcess | NodeJS.Process, 'send' | 'connected' | 'on' | 'once'>,
): Channel {
  return {
    post: (message) => {
      // An end that came just before the message is told by 'disconnect', not as an error of sending.
      if (endpoint.connected)
        endpoint.send?.({ [MARK]: message } satisfies Marked, undefined, undefined, () => undefined);
    },
    onMessage: (listener) =>
      void endpoint.on('message', (message: unknown) => {
        if (isMarked(message)) listener(message[MARK]);
      }),
    onClose: (listener) => void endpoint.once('disconnect', listener),
  };
}

function isMarked(message: unknown): message is Marked {
  return typeof message === 'object' && message !== null && MARK in message;
}
