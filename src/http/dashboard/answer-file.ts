import type { BuiltFile, BuiltFiles, Coding } from './built-files.ts';

/** What is asked for: the path below `/ui`, with its slash. */
export type FileRequest = {
  readonly method: string;
  readonly path: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string | null;
};

export type FileAnswer = {
  readonly status: 200 | 304 | 404 | 405 | 503;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
};

/**
 * No script and no style but files of ours, nothing from elsewhere, in nobody's frame. What React sets as `style` goes
 * through the object model and needs no permission.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const SAFETY = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const PAGE = 'index.html';
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

const NOT_BUILT =
  'The dashboard is not built. In the folder of the installation: npm ci, or npm run build where the packages are there.\n';

/** A file by its name; an address without a file's name is a page of the application, which finds its way itself. */
export function answerFile(files: BuiltFiles, request: FileRequest): FileAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plain(405, 'Only GET and HEAD are answered here.\n', { allow: 'GET, HEAD' });
  if (!files.has(PAGE)) return plain(503, NOT_BUILT);
  const name = request.path.replace(/^\/+/, '');
  const file = files.get(name) ?? (isFileName(name) ? undefined : files.get(PAGE));
  if (file === undefined) return plain(404, 'There is no such file.\n');
  return answer(file, request);
}

/** What a build has put there: a page of the application may end in anything, a model's name in `.5` for one. */
function isFileName(name: string): boolean {
  return /^assets\//.test(name) || /\.(?:js|css|svg|map|ico|png|txt|webmanifest)$/.test(name);
}

function answer(file: BuiltFile, { method, acceptEncoding, ifNoneMatch }: FileRequest): FileAnswer {
  const coding = codingFor(file, acceptEncoding);
  const body = file.bytes[coding] ?? file.bytes.identity;
  const headers = {
    ...SAFETY,
    'cache-control': file.isHashed ? FOR_EVER : ASK_AGAIN,
    etag: file.etag,
    vary: 'accept-encoding',
  };
  const isKnown = ifNoneMatch?.split(',').some((each) => each.trim().replace(/^W\//, '') === file.etag) ?? false;
  if (isKnown) return { status: 304, headers, body: EMPTY };
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': file.contentType,
      'content-length': body.length,
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    },
    body: method === 'HEAD' ? EMPTY : body,
  };
}

const EMPTY = Buffer.alloc(0);

function codingFor({ bytes }: BuiltFile, acceptEncoding: string): Coding {
  const accepted = new Set(
    acceptEncoding
      .split(',')
      .map((each) => each.trim().toLowerCase())
      .filter((each) => !/;\s*q=0(?:\.0*)?$/.test(each))
      .map((each) => each.replace(/;.*/, '')),
  );
  return (['br', 'gzip'] as const).find((coding) => accepted.has(coding) && bytes[coding] !== undefined) ?? 'identity';
}

function plain(status: FileAnswer['status'], text: string, further: Readonly<Record<string, string>> = {}): FileAnswer {
  const body = Buffer.from(text);
  const headers = { ...SAFETY, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...further };
  return { status, headers: { ...headers, 'content-length': body.length }, body };
}
