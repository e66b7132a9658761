import { isScalar, visit, type Document } from 'yaml';
import type { Environment } from './read-config.js';

/** A reference that could not be replaced, and the offset in the file of the text that holds it. */
export interface MissingVariable {
  readonly offset: number;
  readonly message: string;
}

const REFERENCE = /\$?\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces `${NAME}` in every string of a YAML document, after parsing, so that a value can never add structure.
 * `$${NAME}` stands for the plain text `${NAME}`.
 */
export function substituteVariables(document: Document, env: Environment): readonly MissingVariable[] {
  const missing: MissingVariable[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || !isScalar<unknown>(node) || typeof node.value !== 'string') return;
      const offset = node.range?.[0] ?? 0;
      node.value = node.value.replace(REFERENCE, (whole, name: string) => {
        if (whole.startsWith('$$')) return whole.slice(1);
        const value = NAME.test(name) ? env[name] : undefined;
        if (value !== undefined) return value;
        const message = NAME.test(name) ? `the variable ${name} is not set` : `\${${name}} does not name a variable`;
        missing.push({ offset, message });
        return whole;
      });
    },
  });
  return missing;
}
