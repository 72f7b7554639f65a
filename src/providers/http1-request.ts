import type { Route } from '../network/index.ts';
import type { UpstreamCall } from './upstream.ts';

/** A body up to this goes out in one piece with its head: copying it is cheaper than a write of two pieces. */
const COPIED_BODY_BYTES = 16_384;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;
/** Written here alone: a second one could move the request's end, or its receiver. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
const NO_BODY = Buffer.alloc(0);

/** A request's bytes, in one piece or two; null: it holds what HTTP has no place for, and nothing may be sent of it. */
export type EncodedRequest = readonly [Buffer] | readonly [Buffer, Buffer] | null;
export type RequestEncoder = (call: UpstreamCall) => EncodedRequest;

type KnownHead = { readonly method: string; readonly path: string; readonly bytes: Buffer };

/**
 * Encodes calls that take one route. All of a head but the body's length is remembered by the list of its headers: a
 * deployment has one list for all its calls.
 */
export function openRequestEncoder(route: Route): RequestEncoder {
  const known = new WeakMap<readonly string[], KnownHead>();
  return (call) => {
    let head = known.get(call.headers);
    if (head === undefined || head.path !== call.path || head.method !== call.method) {
      const bytes = encodeHead(route, call);
      if (bytes === null) return null;
      head = { method: call.method, path: call.path, bytes };
      known.set(call.headers, head);
    }
    return withBody(head.bytes, call);
  };
}

function encodeHead(route: Route, { method, path, headers }: UpstreamCall): Buffer | null {
  const target = route.pathPrefix + path;
  if (!path.startsWith('/') || !TARGET.test(target)) return null;
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (let index = 0; index < route.headers.length; index += 2) {
    text += `${route.headers[index]}: ${route.headers[index + 1]}\r\n`;
  }
  text += 'connection: keep-alive\r\n';
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    if (!NAME.test(name) || !VALUE.test(value) || OWN_HEADERS.has(name.toLowerCase())) return null;
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(text, 'latin1');
}

/** A POST says that it is empty; a GET without a body says nothing (RFC 9110, section 8.6). */
function withBody(head: Buffer, { method, body }: UpstreamCall): EncodedRequest {
  const content = body ?? NO_BODY;
  const ending = content.length === 0 && method === 'GET' ? '\r\n' : `content-length: ${content.length}\r\n\r\n`;
  const isCopied = content.length <= COPIED_BODY_BYTES;
  const bytes = Buffer.allocUnsafe(head.length + ending.length + (isCopied ? content.length : 0));
  bytes.set(head);
  bytes.write(ending, head.length, 'latin1');
  if (!isCopied) return [bytes, content];
  bytes.set(content, head.length + ending.length);
  return [bytes];
}
