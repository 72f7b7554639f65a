import type { Readable } from 'node:stream';
import { GatewayError } from '../../inference/index.ts';
import type { Incoming } from '../message.ts';

/**
 * The whole body, counted as it comes: `content-length` is a claim, not a count. A claim over the limit is refused
 * before a byte is kept. Rejects with 413, or 499 when the client goes away.
 */
export function readBody(incoming: Incoming, maxBytes: number): Promise<Buffer> {
  const request: Readable = incoming;
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return reject(tooLarge(maxBytes));
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isComplete = false;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.removeAllListeners('data');
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      isComplete = true;
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes));
    });
    request.on('close', () => {
      // Node says of a request of HTTP/2 that was broken off that it is complete.
      if (!isComplete)
        reject(new GatewayError('client_closed', 'The client closed the connection before its request was complete.'));
    });
    request.on('error', () =>
      reject(new GatewayError('client_closed', 'The connection broke off before the request was complete.')),
    );
  });
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError(
    'payload_too_large',
    `The request body is larger than ${maxBytes} bytes; that is this gateway's limit (server.max_body).`,
    {
      metadata: { limit_bytes: maxBytes },
    },
  );
}
