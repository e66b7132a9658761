interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** How much shares one call, and how many calls run beside each other. */
export interface GatherLimits<Key> {
  readonly atOnce: number;
  readonly max: number;
  /** A single key may weigh more. Default: keys weigh nothing. */
  readonly maxWeight?: number;
  readonly weightOf?: (key: Key) => number;
}

/**
 * Turns a function on many keys into one on a single key: what is asked while `atOnce` calls are under way gathers for
 * the next, at most `max` keys of it that weigh no more than `maxWeight` together. Nobody waits on an idle system, and a busy one shares its round trips. `load` gives
 * its values in the order of the keys; when it throws, each key of that call is tried once more alone, so that the one
 * at fault fails alone.
 */
export function gather<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
  limits: GatherLimits<Key>,
): (key: Key) => Promise<Value> {
  const waiting: Waiting<Key, Value>[] = [];
  let underWay = 0;

  const drain = async (): Promise<void> => {
    underWay += 1;
    await Promise.resolve(); // so that all that is asked in this turn of the loop shares the first call
    while (waiting.length > 0) await answer(takeGroup(waiting, limits), load);
    underWay -= 1;
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (underWay < limits.atOnce) void drain();
    });
}

/** Takes from the front what fits into one call. */
function takeGroup<Key, Value>(
  waiting: Waiting<Key, Value>[],
  { max, maxWeight = Infinity, weightOf = () => 0 }: GatherLimits<Key>,
): readonly Waiting<Key, Value>[] {
  let weight = 0;
  const over = waiting.findIndex(({ key }, index) => {
    weight += weightOf(key);
    return index >= max || (index > 0 && weight > maxWeight);
  });
  return waiting.splice(0, over === -1 ? waiting.length : over);
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
