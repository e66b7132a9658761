import type { IncomingHttpHeaders } from 'node:http';

/**
 * The query of the page that an answer's `Link` calls the next one; null where there is none. Registries write the
 * address relative, absolute, below another path or host than the one they were asked at, without quotes and even
 * without brackets. Only the query is taken: where to ask is ours to know, so no `Link` can send us elsewhere.
 */
export function nextQueryOf(headers: IncomingHttpHeaders): string | null {
  const value = headers['link'];
  const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
  for (const [, bracketed, bare, parameters = ''] of text.matchAll(LINK)) {
    const rel = REL.exec(parameters);
    const relations = (rel?.[1] ?? rel?.[2] ?? 'next').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return queryOf(bracketed ?? bare ?? '');
  }
  return null;
}

/** RFC 8288, section 3, and what is seen besides it: one address, then its parameters up to the next link. */
const LINK = /(?:<([^>]*)>|([^\s<>,;]+))((?:\s*;\s*[a-z*]+\s*(?:=\s*(?:"[^"]*"|[^\s",;]*))?)*)/gi;
const REL = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))/i;

function queryOf(address: string): string {
  const [, query = ''] = /\?([^#]*)/.exec(address) ?? [];
  return query;
}
