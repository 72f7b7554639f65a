import { createHmac, hash } from 'node:crypto';
import type { UnsignedCall } from './signer.ts';

export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** null: a user's own, long-lived keys. */
  readonly sessionToken: string | null;
};

export type SigningScope = { readonly region: string; readonly service: string };

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** Changed, added or taken away on the way. */
const UNSIGNED = new Set(['authorization', 'user-agent', 'accept-encoding', 'connection', 'content-length', 'expect']);

export type SignAws = (call: UnsignedCall, credentials: AwsCredentials, nowMs: number) => readonly string[];

/**
 * Signs calls as AWS Signature Version 4 says (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html),
 * in the form of every service but S3. Gives the headers to add. Without a promise, unlike AWS's own signer: a call
 * waits for nothing. The key of a day takes four hashes, so the last one is remembered.
 */
export function openAwsSigning({ region, service }: SigningScope): SignAws {
  let last: { readonly day: string; readonly secret: string; readonly key: Buffer } | null = null;
  const keyOf = (secret: string, day: string): Buffer => {
    if (last === null || last.day !== day || last.secret !== secret) {
      const key = [day, region, service, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`));
      last = { day, secret, key };
    }
    return last.key;
  };
  return (call, { accessKeyId, secretAccessKey, sessionToken }, nowMs) => {
    const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const added = ['x-amz-date', time, ...(sessionToken === null ? [] : ['x-amz-security-token', sessionToken])];
    const host = call.origin.slice(call.origin.indexOf('//') + 2);
    const headers = canonicalHeaders(['host', host, ...call.headers, ...added]);
    const names = headers.map(([name]) => name).join(';');
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const signed = [ALGORITHM, time, scope, sha256(canonicalRequest(call, headers, names))].join('\n');
    const signature = hmac(keyOf(secretAccessKey, day), signed).toString('hex');
    const proof = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return [...added, 'authorization', `${ALGORITHM} ${proof}`];
  };
}

type Headers = readonly (readonly [name: string, value: string])[];

function canonicalRequest({ method, path, body }: UnsignedCall, headers: Headers, names: string): string {
  const query = path.indexOf('?');
  return [
    method,
    canonicalPath(query === -1 ? path : path.slice(0, query)),
    query === -1 ? '' : canonicalQuery(path.slice(query + 1)),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body ?? ''),
  ].join('\n');
}

/** In the order of their names; those of one name are joined in the order in which they came. */
function canonicalHeaders(flat: readonly string[]): Headers {
  const headers = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) {
    const name = (flat[at] ?? '').toLowerCase();
    if (UNSIGNED.has(name)) continue;
    const value = (flat[at + 1] ?? '').trim().replace(/\s+/g, ' ');
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return [...headers].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What is sent is encoded once more: `%3A` of a model's name is signed as `%253A`. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encodeRfc3986(segment));
  }
  const isFolder = segments.length > 0 && path.endsWith('/');
  return `/${segments.join('/')}${isFolder ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const encoded = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    return [encodeOnce(name), encodeOnce(equals === -1 ? '' : pair.slice(equals + 1))] as const;
  });
  encoded.sort(([oneName, one], [otherName, other]) =>
    oneName === otherName ? (one < other ? -1 : 1) : oneName < otherName ? -1 : 1,
  );
  return encoded.map(([name, value]) => `${name}=${value}`).join('&');
}

function encodeOnce(text: string): string {
  try {
    return encodeRfc3986(decodeURIComponent(text));
  } catch {
    return encodeRfc3986(text);
  }
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
