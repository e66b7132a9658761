const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * Makes foreign text storable: PostgreSQL refuses NUL in text, and a lone surrogate has no UTF-8 form. Both become
 * a visible escape (`\u0000`) instead of vanishing. At most `maxLength` UTF-16 units come back, no pair cut in two.
 */
export function cleanText(text: string, maxLength: number): string {
  const visible = text
    .slice(0, maxLength + 1) // one more, so that a pair on the edge is still seen as a pair
    .replace(UNSTORABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (visible.length <= maxLength) return visible;
  return visible.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '');
}
