/** One way in that a registry offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const SEPARATORS = /[\s,]*/y;
const TOKEN68 = /[ \t]+[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const PARAMETER = /[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))/y;

/**
 * Reads all `WWW-Authenticate` values, each of which may hold several challenges. Null when any part cannot
 * be read: a challenge that we cannot see might be the hostile one.
 */
export function parseChallenges(values: readonly string[]): readonly Challenge[] | null {
  const challenges: Challenge[] = [];
  for (const value of values) {
    let parameters: Map<string, string> | null = null;
    let at = skip(SEPARATORS, value, 0);
    while (at < value.length) {
      const word = match(TOKEN, value, at);
      if (word === null) return null;
      at += word[0].length;
      const assigned = match(PARAMETER, value, at);
      if (assigned === null) {
        parameters = new Map();
        challenges.push({ scheme: word[0].toLowerCase(), parameters });
        at = skip(TOKEN68, value, at);
      } else {
        const name = word[0].toLowerCase();
        if (parameters === null || parameters.has(name)) return null;
        parameters.set(name, assigned[1]?.replace(/\\(.)/g, '$1') ?? assigned[2] ?? '');
        at += assigned[0].length;
      }
      at = skip(SEPARATORS, value, at);
    }
  }
  return challenges;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)?.[0].length ?? 0);
}
