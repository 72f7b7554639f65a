import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answering = { readonly url: string; readonly bodies: string[]; readonly close: () => Promise<void> };

/** A server on loopback that gives one answer to everything, and keeps what it was sent. */
export async function answering(contentType: string, body: string, status = 200): Promise<Answering> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': contentType }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, bodies, close };
}
