import type { TextFilter } from './text-filter.js';

/** Decides about one text what `compileText` makes a condition of. */
export type TextMatcher = (text: string) => boolean;

/** Makes one of a filter; no text takes longer than its length times that of the glob, whatever stars stand in it. */
export function textMatcher(filter: TextFilter): TextMatcher {
  const { eq, in: among, startsWith, contains, glob, not } = filter;
  const conditions: TextMatcher[] = [];
  if (isGiven(eq)) conditions.push((text) => text === eq);
  if (isGiven(among)) conditions.push((text) => among.includes(text));
  if (isGiven(startsWith)) conditions.push((text) => text.startsWith(startsWith));
  if (isGiven(contains)) conditions.push((text) => text.includes(contains));
  if (isGiven(glob)) conditions.push(globMatcher(glob));
  if (isGiven(not)) {
    const inner = textMatcher(not);
    conditions.push((text) => !inner(text));
  }
  return (text) => conditions.every((holds) => holds(text));
}

/** Every place of the glob that the text so far may have led to, one character after the other. */
function globMatcher(glob: string): TextMatcher {
  const tokens = glob.match(/\*\*+|[^]/gu) ?? [];
  const isStar = (token: string | undefined): boolean => token?.startsWith('*') === true;
  const closed = (places: ReadonlySet<number>): ReadonlySet<number> => {
    const all = new Set(places);
    for (const place of all) if (isStar(tokens[place])) all.add(place + 1);
    return all;
  };
  const takes = (token: string | undefined, character: string): boolean => {
    if (token === '*' || token === '?') return character !== '/';
    return isStar(token) || token === character;
  };
  return (text) => {
    let places = closed(new Set([0]));
    for (const character of text) {
      const next = new Set<number>();
      for (const place of places)
        if (takes(tokens[place], character)) next.add(isStar(tokens[place]) ? place : place + 1);
      if (next.size === 0) return false;
      places = closed(next);
    }
    return places.has(tokens.length);
  };
}

function isGiven<T>(asked: T | null | undefined): asked is T {
  return asked !== null && asked !== undefined;
}
