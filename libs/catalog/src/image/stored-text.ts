import { cleanText } from '../inbox/record-events-text.js';

/** Long enough for every annotation that the ceilings let through. */
const MAX_LENGTH = 65_536;

/** Labels or annotations for a `jsonb` column, which takes neither NUL nor lone surrogates; null for none. */
export function labelsJson(labels: ReadonlyMap<string, string>): string | null {
  if (labels.size === 0) return null;
  const pairs = [...labels].map(([key, value]) => `${quoted(key)}:${quoted(value)}`);
  return `{${pairs.join(',')}}`;
}

function quoted(text: string): string {
  return JSON.stringify(cleanText(text, MAX_LENGTH));
}
