/** A place for one long body. */
export type Place = symbol;

/** Places for bodies of unproven senders that are longer than anybody may send unasked. */
export interface LargeBodies {
  /** Takes a place; null when all are taken. */
  readonly enter: () => Place | null;
  /** Gives a place back; of no effect for none, or for one that was given back. */
  readonly leave: (place: Place | null) => void;
}

/** Bounds what strangers can make this process hold in memory: so many long bodies at once, whoever sends them. */
export function createLargeBodies(places: number): LargeBodies {
  const taken = new Set<Place>();
  return {
    enter() {
      if (taken.size >= places) return null;
      const place: Place = Symbol('place');
      taken.add(place);
      return place;
    },
    leave: (place) => void (place !== null && taken.delete(place)),
  };
}
