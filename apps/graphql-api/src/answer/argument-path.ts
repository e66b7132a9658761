import { Kind, parse, visit, type ASTNode, type GraphQLError } from 'graphql';

const IN_VARIABLE = /^Variable "\$([^"]+)" got invalid value .*? at "([^"]+)";/s;
const WHOLE_VARIABLE = /^Variable "\$([^"]+)" (?:got invalid value|of (?:required|non-null) type)/;

/**
 * Says which argument an error of GraphQL's own checks is about, such as `where.platforms.lacks[0]`; null when it is
 * about something else. For a variable, the path starts with the variable's name.
 */
export function argumentPath(error: GraphQLError): string | null {
  const [, , inside] = IN_VARIABLE.exec(error.message) ?? [];
  if (inside !== undefined) return inside;
  const [, variable] = WHOLE_VARIABLE.exec(error.message) ?? [];
  if (variable !== undefined) return variable;
  const [node] = error.nodes ?? [];
  return node === undefined || !isValue(node) || error.source === undefined ? null : pathTo(node, error.source.body);
}

function isValue(node: ASTNode): boolean {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.BOOLEAN:
    case Kind.ENUM:
    case Kind.NULL:
    case Kind.LIST:
    case Kind.OBJECT:
    case Kind.OBJECT_FIELD:
      return true;
    default:
      return false;
  }
}

/** Reads the text again and walks to the same place: errors carry the node that is wrong, not what lies around it. */
function pathTo(target: ASTNode, source: string): string | null {
  let found: string | null = null;
  visit(parse(source), {
    enter(node, key, parent, _, ancestors) {
      if (found !== null || node.kind !== target.kind || node.loc?.start !== target.loc?.start) return;
      const chain = [...ancestors, parent, node];
      found = chain
        .map((each, index) => step(each, chain[index + 1], key))
        .join('')
        .replace(/^\./, '');
    },
  });
  return found === '' ? null : found;
}

type Link = ASTNode | readonly ASTNode[] | undefined;

function step(link: Link, next: Link, key: string | number | undefined): string {
  if (link === undefined) return '';
  if ('kind' in link) {
    const isNamed = link.kind === Kind.ARGUMENT || link.kind === Kind.OBJECT_FIELD;
    return isNamed ? `.${link.name.value}` : '';
  }
  if (next === undefined || !('kind' in next) || !isValue(next) || next.kind === Kind.OBJECT_FIELD) return '';
  const index = link.indexOf(next);
  return `[${index < 0 ? String(key) : index}]`;
}
