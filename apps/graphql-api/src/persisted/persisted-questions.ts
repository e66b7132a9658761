import { createHash } from 'node:crypto';
import { recent } from '../answer/recent.js';

/** A text that may be asked for by its hash alone. */
export interface PersistedQuestions {
  /** The text under a hash, or null. */
  textOf(sha256: string): string | null;
  /** Keeps a text for whoever asks by hash later; only called for texts that passed every limit. */
  remember(text: string): void;
  /** Whether a text may be asked at all. */
  allows(text: string): boolean;
}

/** How many texts are remembered, the last asked longest; each is at most one body long. */
export const REMEMBERED_QUESTIONS = 500;

/** The name under which a text is persisted: SHA-256 of its UTF-8 bytes, lower-case hex. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Any question may be asked; those that were sent with their hash can be asked by hash afterwards. */
export function rememberedQuestions(limit = REMEMBERED_QUESTIONS): PersistedQuestions {
  const texts = recent<string, string>(limit);
  return {
    textOf: (sha256) => texts.get(sha256) ?? null,
    remember: (text) => texts.set(hashOfText(text), text),
    allows: () => true,
  };
}

/** Only these questions may be asked, by hash or by their whole text; nothing else is even parsed. */
export function listedQuestions(texts: readonly string[]): PersistedQuestions {
  const listed = new Map(texts.map((text) => [hashOfText(text), text]));
  return {
    textOf: (sha256) => listed.get(sha256) ?? null,
    remember: () => undefined,
    allows: (text) => listed.has(hashOfText(text)),
  };
}
