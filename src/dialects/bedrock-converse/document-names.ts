const NOT_IN_NAME = /[^a-zA-Z0-9\s\-()[\]]+/g;
const SPACES = /\s+/g;
const MAX_LENGTH = 200;

/**
 * Names of one request's documents: Bedrock takes letters, digits, single spaces, hyphens, parentheses and brackets,
 * wants one for every document, and refuses the same one twice. A class: it remembers what it has given.
 */
export class DocumentNames {
  readonly #taken = new Set<string>();

  take(wanted: string | null): string {
    const plain = (wanted ?? '')
      .replace(NOT_IN_NAME, ' ')
      .replace(SPACES, ' ')
      .trim()
      .slice(0, MAX_LENGTH - 4)
      .trim();
    const base = plain === '' ? 'Document' : plain;
    let name = base;
    for (let number = 2; this.#taken.has(name); number++) name = `${base} ${number}`;
    this.#taken.add(name);
    return name;
  }
}
