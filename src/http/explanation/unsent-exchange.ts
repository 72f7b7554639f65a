import { loadDialect } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Exchange, Reply, Rooms } from '../../pipeline/index.ts';
import { findDoor } from '../inference/index.ts';
import { openExchange } from '../inference/open-exchange.ts';

/** A request of an inference door that somebody asks about. */
export type UnsentRequest = {
  /** With its query, if it has one. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/**
 * The exchange that the request would be, with nobody to reply to, and all that it may be translated by. Throws 404
 * where there is no such door.
 */
export async function openUnsent(
  { path, headers, body }: UnsentRequest,
  rooms: Pick<Rooms, 'clock' | 'policies'>,
): Promise<Exchange> {
  const mark = path.indexOf('?');
  const [bare, query] = mark === -1 ? [path, ''] : [path.slice(0, mark), path.slice(mark)];
  const door = findDoor(bare, query);
  if (door === null) throw new GatewayError('not_found', `'${bare}' is no door of inference.`, { param: 'path' });
  const [dialect] = await Promise.all([loadDialect(door.dialect), rooms.policies().loadFor(door.dialect)]);
  const bytes = Buffer.from(JSON.stringify(body));
  const parts = { dialect, readBody: async () => bytes, reply: NOBODY, localTurns: null };
  return openExchange({ headers, socket: { remoteAddress: undefined } }, { path: bare, query, door }, parts, rooms);
}

const nothing = (): void => undefined;

const NOBODY: Reply = {
  begin: nothing,
  write: () => true,
  end: nothing,
  cut: nothing,
  isBegun: () => false,
  isOver: () => false,
  hasWritten: () => false,
  isGone: () => false,
  whenGone: nothing,
  whenDrained: nothing,
  whenOver: nothing,
};
