import type { KeyValue } from '@strata/graphql';

type Pairs = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** Labels or annotations in the order in which they are kept; any key will do, `__proto__` too. */
export function keyValues(pairs: Pairs): readonly KeyValue[] {
  const entries = isMap(pairs) ? [...pairs] : Object.entries(pairs);
  return entries.map(([key, value]) => ({ key, value }));
}

function isMap(pairs: Pairs): pairs is ReadonlyMap<string, string> {
  return pairs instanceof Map;
}
