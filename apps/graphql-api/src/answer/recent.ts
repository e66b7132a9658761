/** Values by key, of which only so many are kept: those that were asked for last. */
export interface Recent<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
}

/** One that keeps up to `limit` values. */
export function recent<Key, Value>(limit: number): Recent<Key, Value> {
  const kept = new Map<Key, Value>(); // in the order in which they were last asked for
  const set = (key: Key, value: Value): void => {
    kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
  };
}
