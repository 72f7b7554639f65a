import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Arrival, Asked } from '../../src/http/inference/index.ts';
import { createGatewayServer, type GatewayServer } from '../../src/http/server.ts';
import type { Reply } from '../../src/pipeline/index.ts';
import { systemClock } from '../../src/std/index.ts';

// The server with a door behind which nobody is.

/** A call that came to the door. */
export type Call = {
  readonly arrival: Arrival;
  readonly asked: Asked;
  readonly reply: Reply;
  /** It was read off its socket, not by Node's parser. */
  readonly isDirect: boolean;
  /** What the reply told, in its order. */
  readonly told: string[];
};

export type Doors = GatewayServer & { readonly port: number; readonly calls: readonly Call[] };

/** `answer` is what becomes of each call. */
export async function openDoors(
  test: TestContext,
  answer: (call: Call) => void,
  maxBodyBytes = 20_000_000,
): Promise<Doors> {
  const calls: Call[] = [];
  const open = (arrival: Arrival, asked: Asked): void => {
    const told: string[] = [];
    const reply = arrival.openReply([], () => told.push('closed'));
    reply.whenOver(() => told.push('over'));
    reply.whenGone(() => told.push('gone'));
    const call = { arrival, asked, reply, isDirect: !('rawHeaders' in arrival.head), told };
    calls.push(call);
    answer(call);
  };
  const upgrade = async (): Promise<void> => undefined;
  const doors = createGatewayServer({
    inference: { open, upgrade, inFlight: () => 0, closeSockets: () => undefined },
    app: () => Promise.reject(new Error('there is no application')),
    maxBodyBytes,
    isReady: () => true,
    clock: systemClock,
  });
  test.after(() => {
    doors.closeAllConnections();
    doors.server.close();
  });
  await new Promise<void>((resolve) => doors.server.listen(0, '127.0.0.1', resolve));
  return { ...doors, port: (doors.server.address() as AddressInfo).port, calls };
}

/** Answers with the body as it came. */
export async function echo({ arrival, reply }: Call): Promise<void> {
  const body = await Promise.try(arrival.readBody).catch(() => null);
  if (body !== null) say(reply, body);
}

export function say(reply: Reply, body: Buffer, status = 200): void {
  reply.begin(status, ['content-type', 'text/plain', 'content-length', String(body.length)]);
  reply.end(body);
}
