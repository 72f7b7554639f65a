import { type ConfigurationNode, formatPlace, isList, isMapping, mappingOf } from '../reading/configuration-node.ts';
import { decimalText } from '../reading/decimal-text.ts';
import type { Reading } from '../reading/reading.ts';

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

/**
 * A mapping of a LiteLLM file, read as LiteLLM reads it: numbers and booleans may come as text. A value of the wrong
 * kind is a fault; one whose variable is unset counts as absent, with a notice.
 */
export class LitellmSection {
  readonly name: string;
  readonly #entries: ReadonlyMap<string, ConfigurationNode>;
  readonly #reading: Reading;

  constructor(name: string, node: ConfigurationNode | undefined, reading: Reading) {
    this.name = name;
    this.#entries = mappingOf(node);
    this.#reading = reading;
    if (node !== undefined && node.value !== null && !isMapping(node.value))
      reading.fault(node.place, `${name}: expected a mapping`);
  }

  get entries(): ReadonlyMap<string, ConfigurationNode> {
    return this.#entries;
  }

  /** null: absent, empty, or its variable is unset. */
  node(key: string): ConfigurationNode | null {
    const node = this.#entries.get(key);
    if (node === undefined || (node.value === null && node.reference === null)) return null;
    if (node.reference?.unset !== true) return node;
    this.#reading.notices.push(
      `${this.name}.${key} (${formatPlace(node.place)}) is left out: ${node.reference.name} is not set`,
    );
    return null;
  }

  text(key: string): string | null {
    return this.#read(key, 'text', (value) => (value.trim() === '' ? undefined : value.trim()));
  }

  flag(key: string): boolean | null {
    return this.#read(key, 'true or false', (value) => BOOLEANS[value.trim().toLowerCase()]);
  }

  count(key: string, minimum = 0): number | null {
    return this.#read(key, `a whole number, ${minimum} or greater`, (value) => {
      const number = value.trim() === '' ? Number.NaN : Number(value);
      return Number.isSafeInteger(number) && number >= minimum ? number : undefined;
    });
  }

  /** Seconds in the file, milliseconds here. */
  milliseconds(key: string): number | null {
    return this.#read(key, 'a number of seconds', (value) => {
      const seconds = value.trim() === '' ? Number.NaN : Number(value);
      return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : undefined;
    });
  }

  /** A decimal number times ten to the `shift`, exact, as text. */
  decimal(key: string, shift: number): string | null {
    return this.#read(key, 'a number, 0 or greater', (value) => decimalText(value, shift) ?? undefined);
  }

  #read<Value>(key: string, expected: string, read: (text: string) => Value | undefined): Value | null {
    const node = this.node(key);
    if (node === null) return null;
    const value = isMapping(node.value) || isList(node.value) ? undefined : read(String(node.value));
    if (value === undefined) this.#reading.fault(node.place, `${this.name}.${key}: expected ${expected}`);
    return value ?? null;
  }
}
