import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomText } from '../std/index.ts';

export const masterKeyFile = (dataDir: string): string => join(dataDir, 'master.key');
export const secretKeyFile = (dataDir: string): string => join(dataDir, 'secret.key');

export function readSecretFile(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

/** What the file holds, or a new secret of 256 bits written to it for the owner alone. */
export function readOrMakeSecret(file: string, prefix: string): { readonly value: string; readonly isNew: boolean } {
  const kept = readSecretFile(file);
  if (kept !== null) return { value: kept, isNew: false };
  const value = `${prefix}${randomText(43)}`;
  writeFileSync(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  return { value, isNew: true };
}

/** Writes the secret of a key that was made for the owner alone; answers where it stands. */
export function keepMadeKey(dataDir: string, name: string, secret: string): string {
  const folder = join(dataDir, 'made-keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, encodeURIComponent(name));
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return file;
}
