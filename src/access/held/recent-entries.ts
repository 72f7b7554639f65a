/** The entries that were used lately: between `most` and twice as many, two generations of them. */
export type RecentEntries<Value> = {
  readonly get: (name: string) => Value | undefined;
  readonly set: (name: string, value: Value) => void;
  readonly delete: (name: string) => void;
};

/** One look in one map for what is in use; an LRU would take an entry out and put it in again each time. */
export function openRecentEntries<Value>(most: number): RecentEntries<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  const set = (name: string, value: Value): void => {
    if (young.size >= most) {
      old = young;
      young = new Map();
    }
    young.set(name, value);
  };
  return {
    get: (name) => {
      const known = young.get(name);
      if (known !== undefined) return known;
      const older = old.get(name);
      if (older !== undefined) set(name, older);
      return older;
    },
    set,
    delete: (name) => {
      young.delete(name);
      old.delete(name);
    },
  };
}
