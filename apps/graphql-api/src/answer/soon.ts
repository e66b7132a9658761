/** A value that may be there already: GraphQL then goes on without waiting, which for the fields of a page is most of the work. */
export type Soon<T> = T | Promise<T>;

/** The same value seen differently, at once where it is there. */
export function soon<A, B>(value: Soon<A>, see: (value: A) => B): Soon<B> {
  return value instanceof Promise ? value.then(see) : see(value);
}
