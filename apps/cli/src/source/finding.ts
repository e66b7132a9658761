/** One thing that was looked at: in order, worth knowing, or in the way. */
export interface Finding {
  readonly verdict: 'ok' | 'note' | 'wrong';
  /** What was looked at, in one word. */
  readonly about: 'registry' | 'hook' | 'address' | 'events' | 'crawl';
  readonly text: string;
}
