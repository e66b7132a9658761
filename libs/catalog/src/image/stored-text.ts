import { cleanText } from '../inbox/record-events-text.js';

/** Long enough for every annotation that the ceilings let through. */
const MAX_LENGTH = 65_536;

/** Labels or annotations for a `jsonb` column, which takes neither NUL nor lone surrogates; null for none. */
export function labelsJson(labels: ReadonlyMap<string, string>): string | null {
  if (labels.size === 0) return null;
  const pairs = [...labels].map(([key, value]) => `${quoted(key)}:${quoted(value)}`);
  return `{${pairs.join(',')}}`;
}

/** Longest media type of a document that was understood (`CEILINGS.mediaTypeChars`). */
const MAX_MEDIA_TYPE_LENGTH = 255;

/** The media type of a document that was refused, which may claim anything at all. */
export function claimedMediaType(mediaType: string): string {
  return cleanText(mediaType, MAX_MEDIA_TYPE_LENGTH);
}

function quoted(text: string): string {
  return JSON.stringify(cleanText(text, MAX_LENGTH));
}
