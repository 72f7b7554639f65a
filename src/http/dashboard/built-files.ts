import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

export type Coding = 'br' | 'gzip' | 'identity';

/** One file as the build left it, and what it was compressed to. */
export type BuiltFile = {
  readonly contentType: string;
  readonly etag: string;
  /** Its name holds a hash of its content: it never changes. */
  readonly isHashed: boolean;
  readonly bytes: Readonly<Partial<Record<Coding, Buffer>>> & { readonly identity: Buffer };
};

/** By path below `/ui/`. A lookup in a map: there is no path that leads out of it. */
export type BuiltFiles = ReadonlyMap<string, BuiltFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Where Vite puts what it gives a hash. */
const HASHED = /^assets\//;

/** Reads the whole build into memory, once; empty where nothing was built. */
export function readBuiltFiles(folder: URL): BuiltFiles {
  const names = new Set(namesIn(folder));
  const read = (name: string): Buffer | null => (names.has(name) ? readFileSync(new URL(name, folder)) : null);
  const files = new Map<string, BuiltFile>();
  for (const name of names) {
    const contentType = TYPES[extname(name)];
    const identity = contentType === undefined ? null : read(name);
    if (contentType === undefined || identity === null) continue;
    const [br, gzip] = [read(`${name}.br`), read(`${name}.gz`)];
    files.set(name, {
      contentType,
      etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
      isHashed: HASHED.test(name),
      bytes: { identity, ...(br === null ? {} : { br }), ...(gzip === null ? {} : { gzip }) },
    });
  }
  return files;
}

function namesIn(folder: URL): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
