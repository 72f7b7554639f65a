import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text to look through, by the name of the place that it was found in. */
export type Places = ReadonlyMap<string, string>;

/** What of a secret is looked for: the middle, so that a mask of its first and last letters is none. */
function middleOf(secret: string): string {
  return secret.slice(6, -4);
}

/** In the clear, reversed bytes aside: as it is, in hex, and in base64 at each of the three offsets in a longer text. */
export function formsOf(secret: string): readonly string[] {
  const middle = middleOf(secret);
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.from(`${'x'.repeat(offset)}${middle}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset + 1, -2),
  );
  const urlSafe = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [middle, Buffer.from(middle).toString('hex'), ...inBase64, ...urlSafe];
}

/** Each secret that stands somewhere, with the place. */
export function findPlanted(places: Places, secrets: Readonly<Record<string, string>>): readonly string[] {
  const forms = Object.entries(secrets).map(([name, secret]) => [name, formsOf(secret)] as const);
  return [...places].flatMap(([place, text]) =>
    forms.flatMap(([name, each]) => (each.some((form) => text.includes(form)) ? [`${name} is in ${place}`] : [])),
  );
}

/** All files of a folder, byte by byte as letters. */
export function filesIn(folder: string, name: string): Places {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [`${name}${path.slice(folder.length)}`, readFileSync(path, 'latin1')];
    }),
  );
}
