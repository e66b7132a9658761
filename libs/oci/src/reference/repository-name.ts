import { CEILINGS } from '../ceilings.js';

const NAME = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = new RegExp(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,${CEILINGS.tagChars - 1}}$`);

/**
 * Asks whether some text may stand between `/v2/` and `/manifests/` (distribution-spec 1.1, "Pulling manifests").
 * What passes has no `..`, no empty part and no character that a URL would need to escape.
 */
export function isRepositoryName(text: string): boolean {
  return text.length <= CEILINGS.nameChars && NAME.test(text);
}

/** Asks whether some text is a tag (distribution-spec 1.1): at most 128 characters, upper case included. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}
