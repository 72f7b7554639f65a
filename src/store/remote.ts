import type { Channel } from './channel.ts';
import type { Database, Row, SqlValue, Statement, StatementResult } from './database.ts';
import { DatabaseError } from './database-error.ts';
import type { DatabaseTarget, RemoteAnswer, RemoteRequest } from './remote-protocol.ts';

/** The databases of another thread or process, and what else it can be asked to do. */
export type Remote = {
  readonly database: (target: DatabaseTarget) => Database;
  readonly call: (name: string, argument?: unknown) => Promise<unknown>;
};

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };
type Ask = RemoteRequest extends infer Each ? (Each extends RemoteRequest ? Omit<Each, 'id'> : never) : never;

/** Answers come in any order; when the other side goes away, everything that waits is rejected. */
export function connectRemote(channel: Channel): Remote {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let closed = false;
  const ask = (request: Ask): Promise<unknown> => {
    if (closed) return Promise.reject(new DatabaseError('the store has stopped'));
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      channel.post({ ...request, id });
    });
  };
  channel.onMessage((message) => settle(waiting, message as RemoteAnswer));
  channel.onClose(() => {
    closed = true;
    for (const { reject } of waiting.values()) reject(new DatabaseError('the store has stopped'));
    waiting.clear();
  });
  return {
    database: (target) => remoteDatabase(ask, target),
    call: (name, argument = null) => ask({ kind: 'call', name, argument }),
  };
}

function settle(waiting: Map<number, Waiting>, answer: RemoteAnswer): void {
  const asked = waiting.get(answer.id);
  if (asked === undefined) return;
  waiting.delete(answer.id);
  if ('error' in answer) asked.reject(new DatabaseError(answer.error.message, { code: answer.error.code }));
  else asked.resolve(answer.value);
}

/** Only SQLite lives behind a channel; on Postgres every process has connections of its own. */
function remoteDatabase(ask: (request: Ask) => Promise<unknown>, target: DatabaseTarget): Database {
  return {
    kind: 'sqlite',
    query: (sql: string, values: readonly SqlValue[] = []) =>
      ask({ kind: 'query', target, sql, values }) as Promise<readonly Row[]>,
    write: (statements: readonly Statement[]) =>
      ask({ kind: 'write', target, statements }) as Promise<readonly StatementResult[]>,
    close: async () => undefined,
  };
}
