import { Kind, type ValueNode } from 'graphql';

/** The text of a string literal; undefined for any other literal, which the scalar then refuses in its own words. */
export function textOf(node: ValueNode): string | undefined {
  return node.kind === Kind.STRING ? node.value : undefined;
}
