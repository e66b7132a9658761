/** One text per distinct arguments, to tell whether two askers want the same. Fields stand in the order of the schema. */
export function keyOfArgs(args: unknown): string {
  return JSON.stringify(args, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
