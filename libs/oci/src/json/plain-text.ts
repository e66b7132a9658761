import type { JsonValue } from './json-value.js';

/** Characters that neither a text column nor a person's screen should be handed: controls and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** Asks whether text names something: not empty, and nothing in it that cannot be shown or stored. */
export function isPlainText(text: string): boolean {
  return text !== '' && !UNPRINTABLE.test(text);
}

/** Asks for a text that is there; null, absent and empty are all nothing, as Go's decoder has it. */
export function isNothing(value: JsonValue | undefined): value is null | undefined | '' {
  return value === undefined || value === null || value === '';
}
