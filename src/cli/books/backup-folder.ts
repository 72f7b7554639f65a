import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a backup says of itself, beside its files. */
const manifestSchema = z.object({
  waybill: z.string(),
  made_at: z.string(),
  store: z.enum(['sqlite', 'postgres']),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});

export type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = 'backup.json';

/** Writes down what the folder holds; the last thing that is done to a backup. */
export async function writeManifest(folder: string, about: Omit<Manifest, 'files'>): Promise<Manifest> {
  const files = [];
  for (const name of await filesUnder(folder)) files.push(await described(folder, name));
  const manifest = { ...about, files };
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  return manifest;
}

/** The manifest, and what of the folder is not as it says. */
export async function readManifest(
  folder: string,
): Promise<{ readonly manifest: Manifest; readonly faults: readonly string[] } | null> {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return null;
  const manifest = manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const faults: string[] = [];
  for (const { name, sha256 } of manifest.files) {
    if (!existsSync(join(folder, name))) faults.push(`${name} is missing`);
    else if ((await described(folder, name)).sha256 !== sha256) faults.push(`${name} is not as it was written`);
  }
  return { manifest, faults };
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST)
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function described(folder: string, name: string): Promise<Manifest['files'][number]> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  return { name, bytes: (await stat(join(folder, name))).size, sha256: hash.digest('hex') };
}
