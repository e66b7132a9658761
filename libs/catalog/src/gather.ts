interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Turns a function on many keys into one on a single key: what is asked while `atOnce` calls are under way gathers for
 * the next, at most `max` keys of it. Nobody waits on an idle system, and a busy one shares its round trips. `load` gives
 * its values in the order of the keys; when it throws, each key of that call is tried once more alone, so that the one
 * at fault fails alone.
 */
export function gather<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
  { atOnce, max }: { readonly atOnce: number; readonly max: number },
): (key: Key) => Promise<Value> {
  const waiting: Waiting<Key, Value>[] = [];
  let underWay = 0;

  const drain = async (): Promise<void> => {
    underWay += 1;
    await Promise.resolve(); // so that all that is asked in this turn of the loop shares the first call
    while (waiting.length > 0) await answer(waiting.splice(0, max), load);
    underWay -= 1;
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (underWay < atOnce) void drain();
    });
}

async function answer<Key, Value>(
  group: readonly Waiting<Key, Value>[],
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
): Promise<void> {
  try {
    const values = await load(group.map(({ key }) => key));
    if (values.length !== group.length) throw new Error(`${group.length} keys were given ${values.length} values`);
    group.forEach(({ resolve }, index) => resolve(values[index] as Value)); // as many as keys
  } catch (error) {
    const [only, ...others] = group;
    if (others.length === 0) return only?.reject(error);
    for (const one of group) await answer([one], load);
  }
}
