const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_KEY_CHARS = 100;

/**
 * Writes one step down as JSONPath (RFC 9535): `.layers`, `[3]`, `['org.example/x']`. Keys longer than 100
 * characters are cut, because a path is for people and is stored.
 */
export function jsonPathStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (WORD.test(step) && step.length <= MAX_KEY_CHARS) return `.${step}`;
  const shown = step.length > MAX_KEY_CHARS ? `${step.slice(0, MAX_KEY_CHARS)}…` : step;
  const escaped = JSON.stringify(shown).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `['${escaped}']`;
}

/** The whole way down from the root. */
export function formatJsonPath(steps: readonly (string | number)[]): string {
  return `$${steps.map(jsonPathStep).join('')}`;
}
