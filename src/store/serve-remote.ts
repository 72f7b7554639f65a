import type { Channel } from './channel.ts';
import type { Database } from './database.ts';
import { codeOf, databaseError } from './database-error.ts';
import type { DatabaseTarget, RemoteRequest } from './remote-protocol.ts';

export type Served = {
  readonly databases: Readonly<Record<DatabaseTarget, Database>>;
  /** What can be asked besides statements, by name. */
  readonly calls: Readonly<Record<string, (argument: unknown) => Promise<unknown>>>;
};

/** Answers whatever comes over the channel until the other side goes away. */
export function serveRemote(channel: Channel, served: Served): void {
  channel.onMessage((message) => {
    const request = message as RemoteRequest;
    if (typeof request.id !== 'number') return;
    perform(request, served).then(
      (value) => channel.post({ id: request.id, value }),
      (error: unknown) => {
        const { message } = databaseError('the store failed', error);
        channel.post({ id: request.id, error: { message, code: codeOf(error) } });
      },
    );
  });
}

async function perform(request: RemoteRequest, { databases, calls }: Served): Promise<unknown> {
  if (request.kind === 'query') return databases[request.target].query(request.sql, request.values);
  if (request.kind === 'write') return databases[request.target].write(request.statements);
  const call = calls[request.name];
  if (call === undefined) throw new Error(`the store knows no ${request.name}`);
  return call(request.argument);
}

/** Passes messages through, for a worker process whose primary has the thread. */
export function joinChannels(one: Channel, other: Channel): void {
  one.onMessage(other.post);
  other.onMessage(one.post);
}
