/** The types whose things have an id of their own. */
export type NodeType = 'Registry' | 'Repository' | 'Tag' | 'Manifest' | 'Layer' | 'Event' | 'Finding';

const PATTERN = /^(Registry|Repository|Tag|Manifest|Layer|Event|Finding):(\d{1,18})$/;

/** Opaque to callers; unlike a name it stays the same whatever happens to the thing. */
export function formatNodeId(type: NodeType, id: bigint | number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The inverse of `formatNodeId`; null for a text that is no id of ours. */
export function parseNodeId(text: string): { readonly type: NodeType; readonly id: bigint } | null {
  const [, type, id] = PATTERN.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (!isNodeType(type) || id === undefined) return null;
  return formatNodeId(type, BigInt(id)) === text ? { type, id: BigInt(id) } : null;
}

function isNodeType(text: string | undefined): text is NodeType {
  return text !== undefined && PATTERN.test(`${text}:0`);
}
