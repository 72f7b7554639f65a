import { type KeyShard, openKeyShard } from './key-shard.ts';

/** By the first byte of the hash: of a million keys, four thousand each. */
const SHARDS = 256;
const HASH_BYTES = 32;
const HEX_BYTES = 2 * HASH_BYTES;
const NEWLINE = 10;

/** What is stored of keys, as text by hash (in hex, 64 digits), at 32 bytes and a dozen for each beside the text. */
export type PackedKeys = {
  readonly get: (hash: string) => string | null;
  readonly set: (hash: string, text: string) => void;
  readonly delete: (hash: string) => void;
  /** Takes lines of a hash and its text, but for those whose hash is in `except`. */
  readonly setLines: (lines: string, except: ReadonlySet<string>) => void;
  readonly size: () => number;
  readonly bytes: () => number;
};

export function openPackedKeys(): PackedKeys {
  const shards = Array.from({ length: SHARDS }, openKeyShard);
  const wanted = Buffer.alloc(HASH_BYTES);
  const shardOf = (hash: string): KeyShard | null => {
    if (wanted.write(hash, 'hex') !== HASH_BYTES || hash.length !== HEX_BYTES) return null;
    return shards[wanted[0] ?? 0] ?? null;
  };
  const sum = (of: (shard: KeyShard) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  return {
    get: (hash) => shardOf(hash)?.get(wanted) ?? null,
    set: (hash, text) => {
      const source = Buffer.from(text);
      shardOf(hash)?.set(wanted, source, 0, source.length);
    },
    delete: (hash) => shardOf(hash)?.delete(wanted),
    setLines: (lines, except) => {
      const source = Buffer.from(lines);
      let to = 0;
      for (let from = 0; from < source.length; from = to + 1) {
        to = source.indexOf(NEWLINE, from);
        if (to === -1) to = source.length;
        const hash = source.toString('latin1', from, from + HEX_BYTES);
        if (!except.has(hash)) shardOf(hash)?.set(wanted, source, from + HEX_BYTES, to);
      }
    },
    size: () => sum((shard) => shard.size()),
    bytes: () => sum((shard) => shard.bytes()),
  };
}
