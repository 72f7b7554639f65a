const HASH_BYTES = 32;
/** A record is its hash, the length of its text, the text. */
const HEAD_BYTES = HASH_BYTES + 4;
const FEWEST_SLOTS = 16;
const FIRST_BYTES = 2_048;
/** A slot holds where its record begins, plus one. */
const FREE = 0;
const REMOVED = 0xffff_ffff;

/** Texts by hash. A hash is 32 bytes of a MAC, as even as chance: its own bytes say where it belongs. */
export type KeyShard = {
  readonly get: (hash: Buffer) => string | null;
  /** The text is `source` from `from` to `to`; it replaces what was there. */
  readonly set: (hash: Buffer, source: Buffer, from: number, to: number) => void;
  readonly delete: (hash: Buffer) => void;
  readonly size: () => number;
  /** Of memory, records and slots together. */
  readonly bytes: () => number;
};

/**
 * One piece of all keys, small enough for anything to be moved in it without a pause: records back to back in one
 * buffer, and an open-addressed table of where they begin. Both are outside V8's heap, which neither walks nor copies them.
 */
export function openKeyShard(): KeyShard {
  let slots = new Uint32Array(FEWEST_SLOTS);
  let records = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let end = 0;
  let size = 0;
  /** Slots that are not free: those of removed records too. */
  let taken = 0;
  let garbage = 0;

  const slotOf = (hash: Buffer): number => findSlot(slots, records, hash);
  const bytesOf = (at: number): number => HEAD_BYTES + records.readUInt32LE(at + HASH_BYTES);
  const rebuild = (slotCount: number, byteCount: number): void => {
    ({ slots, records, end } = moved(slots, records, slotCount, byteCount));
    taken = size;
    garbage = 0;
  };
  /** An eighth more than is needed: a shard is copied eight times while it fills, and is seldom a tenth empty. */
  const makeRoom = (length: number): void => {
    const isFull = taken * 4 >= slots.length * 3;
    if (end + length <= records.length && !isFull) return;
    const live = end - garbage + length;
    const slotCount = isFull && size * 2 >= slots.length ? slots.length * 2 : slots.length;
    rebuild(slotCount, end + length <= records.length ? records.length : live + Math.max(FIRST_BYTES, live >>> 3));
  };
  const free = (slot: number): void => {
    garbage += bytesOf((slots[slot] ?? 1) - 1);
    slots[slot] = REMOVED;
    size--;
  };
  return {
    get: (hash) => {
      const slot = slotOf(hash);
      if (slot < 0) return null;
      const at = (slots[slot] ?? 1) - 1;
      return records.toString('utf8', at + HEAD_BYTES, at + bytesOf(at));
    },
    set: (hash, source, from, to) => {
      const known = slotOf(hash);
      if (known >= 0) free(known);
      makeRoom(HEAD_BYTES + to - from);
      const slot = -1 - slotOf(hash);
      if (slots[slot] === FREE) taken++;
      slots[slot] = end + 1;
      hash.copy(records, end);
      records.writeUInt32LE(to - from, end + HASH_BYTES);
      source.copy(records, end + HEAD_BYTES, from, to);
      end += HEAD_BYTES + to - from;
      size++;
    },
    delete: (hash) => {
      const slot = slotOf(hash);
      if (slot >= 0) free(slot);
    },
    size: () => size,
    bytes: () => slots.byteLength + records.length,
  };
}

/** The slot that holds it; if none does, minus one less the slot that it may take. */
function findSlot(slots: Uint32Array, records: Buffer, hash: Buffer): number {
  const mask = slots.length - 1;
  let reusable = -1;
  for (let slot = hash.readUInt32LE(1) & mask; ; slot = (slot + 1) & mask) {
    const held = slots[slot] ?? FREE;
    if (held === FREE) return -1 - (reusable === -1 ? slot : reusable);
    if (held === REMOVED) {
      if (reusable === -1) reusable = slot;
    } else if (hash.compare(records, held - 1, held - 1 + HASH_BYTES) === 0) return slot;
  }
}

/** What is in use, in new slots and records: neither gaps nor traces of what was removed. */
function moved(slots: Uint32Array, records: Buffer, slotCount: number, byteCount: number) {
  const to = { slots: new Uint32Array(slotCount), records: Buffer.allocUnsafeSlow(byteCount), end: 0 };
  for (const held of slots) {
    if (held === FREE || held === REMOVED) continue;
    const at = held - 1;
    const length = HEAD_BYTES + records.readUInt32LE(at + HASH_BYTES);
    // All are different: the first free slot is the one.
    let slot = records.readUInt32LE(at + 1) & (slotCount - 1);
    while (to.slots[slot] !== FREE) slot = (slot + 1) & (slotCount - 1);
    to.slots[slot] = to.end + 1;
    records.copy(to.records, to.end, at, at + length);
    to.end += length;
  }
  return to;
}
