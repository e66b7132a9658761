/** Lets several callers wait for one piece of work. */
export interface SingleFlight<T> {
  /**
   * What `work` gives for `key`, begun at most once at a time. A caller whose signal is aborted leaves with its reason;
   * `work` is aborted only when everybody has left. Nothing is remembered afterwards.
   */
  run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly control: AbortController;
  waiting: number;
}

/** Opens one for results of one kind. */
export function openSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const control = new AbortController();
    const result = work(control.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    result.catch(() => undefined); // when everybody has left, nobody hears of it
    const flight: Flight<T> = { result, control, waiting: 0 };
    flights.set(key, flight);
    return flight;
  }

  function leave(key: string, flight: Flight<T>): void {
    flight.waiting -= 1;
    if (flight.waiting > 0 || flights.get(key) !== flight) return;
    flights.delete(key); // who comes now does not join what is being given up
    flight.control.abort();
  }

  return {
    async run(key, work, signal) {
      signal?.throwIfAborted();
      const flight = flights.get(key) ?? start(key, work);
      flight.waiting += 1;
      const { promise: left, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([flight.result, left]);
      } finally {
        signal?.removeEventListener('abort', onAbort);
        leave(key, flight);
      }
    },
  };
}
