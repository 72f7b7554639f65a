import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A client that sees the bytes: nothing is parsed, retried, pooled or decompressed. */
export type RawClient = {
  readonly socket: Socket;
  readonly text: () => string;
  readonly ended: Promise<void>;
  /** Resolves once the text so far fits. */
  readonly until: (pattern: RegExp, withinMs?: number) => Promise<string>;
};

export async function openRaw(test: TestContext, port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  test.after(() => socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return {
    socket,
    text: () => text,
    ended,
    until: async (pattern, withinMs = 5_000) => {
      const deadline = Date.now() + withinMs;
      while (!pattern.test(text)) {
        if (Date.now() > deadline) throw new Error(`${pattern} did not come within ${withinMs} ms; so far: ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return text;
    },
  };
}

/** A POST as it stands on the wire. */
export function rawPost(path: string, key: string, body: string, headers: readonly string[] = []): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: gateway',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
