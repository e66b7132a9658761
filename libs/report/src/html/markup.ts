/** Text that is HTML already; only `markup` and `joinMarkup` make it. */
export interface Markup {
  readonly markup: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that HTML cannot hold, and those that turn the direction of what stands around them. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function escapeHtml(text: string): string {
  return text.replace(UNSEEN, '\ufffd').replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** Writes HTML: whatever is put in is escaped, unless it is `Markup`. Fit for texts and for attributes in quotes. */
export function markup(strings: TemplateStringsArray, ...values: readonly (Markup | string | number)[]): Markup {
  const parts = values.map((value) => (typeof value === 'object' ? value.markup : escapeHtml(String(value))));
  return { markup: strings.map((text, index) => text + (parts[index] ?? '')).join('') };
}

/** One after the other. */
export function joinMarkup(parts: readonly Markup[]): Markup {
  return { markup: parts.map((part) => part.markup).join('') };
}
