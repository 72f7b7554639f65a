import { GatewayError } from '../../inference/index.ts';
import type { LogPlace } from '../../telemetry/index.ts';

/** A place in the request log as text that a client gives back as it got it. */
export function encodePlace({ atMs, id }: LogPlace): string {
  return Buffer.from(JSON.stringify([atMs, id])).toString('base64url');
}

export function decodePlace(cursor: string): LogPlace {
  try {
    const [atMs, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown];
    if (Number.isSafeInteger(atMs) && typeof id === 'string') return { atMs: Number(atMs), id };
  } catch {
    // Told below.
  }
  throw new GatewayError('invalid_request', "'cursor' must be the 'next' of a page of this list.", { param: 'cursor' });
}
