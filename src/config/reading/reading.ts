import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Secret } from '../configuration.ts';
import type { ConfigurationFault } from '../fault.ts';
import type { Place } from './configuration-node.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One loading: what it may read, and what it has found out so far. */
export class Reading {
  readonly faults: ConfigurationFault[] = [];
  readonly notices: string[] = [];
  /** Absolute paths, in the order of reading. */
  readonly files = new Set<string>();
  readonly cwd: string;
  /** Variables that were asked for and are set. */
  readonly used = new Set<string>();
  readonly #environment: Environment;
  readonly #added = new Map<string, string>();
  readonly #fromFiles = new Map<string, string | null>();

  constructor(environment: Environment, cwd: string) {
    this.#environment = environment;
    this.cwd = cwd;
  }

  fault(place: Place | null, message: string): void {
    const { file, line, column } = place ?? { file: null, line: null, column: null };
    this.faults.push({ file, line, column, message });
  }

  /** A variable that holds no secret; an empty one counts as unset. */
  variable(name: string): string | null {
    const value = this.#environment[name]?.trim();
    if (value === undefined || value === '') return this.#added.get(name) ?? null;
    this.used.add(name);
    return value;
  }

  /** A variable that may hold a secret: `NAME`, else the content of the file that `NAME_FILE` names. */
  secret(name: string): Secret | null {
    const value = this.variable(name);
    if (value !== null) return { value, from: name };
    const path = this.variable(`${name}_FILE`);
    if (path === null) return null;
    const content = this.#contentOf(`${name}_FILE`, path);
    return content === null || content === '' ? null : { value: content, from: `${name}_FILE` };
  }

  /** The first that is set. */
  firstSecret(...names: readonly string[]): Secret | null {
    for (const name of names) {
      const secret = this.secret(name);
      if (secret !== null) return secret;
    }
    return null;
  }

  /** A variable that the file sets; the environment's own wins, as it does in LiteLLM. */
  addVariable(name: string, value: string): void {
    this.#added.set(name, value);
  }

  /** Trimmed; a failure comes back in words. */
  readText(
    path: string,
  ): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string } {
    this.files.add(path);
    try {
      return { ok: true, text: readFileSync(path, 'utf8') };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }

  /** As messages name it: relative where that is shorter. */
  display(path: string): string {
    const fromHere = relative(this.cwd, path);
    return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
  }

  /** `~/` is the home folder; else relative to `folder`. */
  resolvePath(path: string, folder: string): string {
    const home = this.variable('HOME');
    return path.startsWith('~/') && home !== null ? join(home, path.slice(2)) : resolve(folder, path);
  }

  #contentOf(name: string, path: string): string | null {
    const known = this.#fromFiles.get(name);
    if (known !== undefined) return known;
    const read = this.readText(resolve(this.cwd, path));
    if (!read.ok) this.fault(null, `${name}: cannot read ${path}: ${read.reason}`);
    const content = read.ok ? read.text.trim() : null;
    this.#fromFiles.set(name, content);
    return content;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission',
  EISDIR: 'it is a folder',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return REASONS[code] ?? code;
}
