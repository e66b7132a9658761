import { isAlias, isScalar, visit, type Document, type Node, type Scalar } from 'yaml';
import type { Environment } from './read-config.js';

/** A reference that could not be replaced, and the offset in the file of the text that holds it. */
export interface MissingVariable {
  readonly offset: number;
  readonly message: string;
}

const REFERENCE = /\$?\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces `${NAME}` in every string of these parts of a YAML document, and of what they refer to elsewhere in it, after
 * parsing, so that a value can never add structure. `$${NAME}` stands for the plain text `${NAME}`.
 */
export function substituteVariables(
  document: Document,
  parts: readonly Node[],
  env: Environment,
): readonly MissingVariable[] {
  const missing: MissingVariable[] = [];
  const done = new Set<Node>();
  const replace = (node: Scalar): void => {
    if (typeof node.value !== 'string') return;
    const offset = node.range?.[0] ?? 0;
    node.value = node.value.replace(REFERENCE, (whole, name: string) => {
      if (whole.startsWith('$$')) return whole.slice(1);
      const value = NAME.test(name) ? env[name] : undefined;
      if (value !== undefined) return value;
      const message = NAME.test(name) ? `the variable ${name} is not set` : `\${${name}} does not name a variable`;
      missing.push({ offset, message });
      return whole;
    });
  };
  const walk = (part: Node): void => {
    visit(part, (key, node) => {
      if (isAlias(node)) {
        const meant = node.resolve(document);
        if (meant !== undefined) walk(meant);
      }
      if (key === 'key' || !isScalar(node) || done.has(node)) return;
      done.add(node);
      replace(node);
    });
  };
  parts.forEach(walk);
  return missing;
}
