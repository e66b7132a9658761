import type { KnownTag } from '../../filter/testing/known-tag.js';
import { platformOf } from '../../filter/testing/tag-matches.js';
import type { CoverageKey, CoverageRow } from '../../tag/find-coverage.js';

/** The groups that a tag belongs to by one key. */
function wordsFor(tag: KnownTag, key: CoverageKey): readonly string[] {
  switch (key) {
    case 'platform':
      return tag.platforms;
    case 'architecture':
      return [...new Set(tag.platforms.map((name) => platformOf(name).architecture))];
    case 'platform-set':
      return [tag.platforms.join(',')];
    case 'format':
      return [tag.format.toUpperCase()];
    case 'registry':
      return [tag.registry];
    case 'namespace':
      return [tag.repository.includes('/') ? (tag.repository.split('/')[0] ?? '') : ''];
    case 'month':
      return [tag.pushedAt.toISOString().slice(0, 7)];
  }
}

/** Counts them one tag at a time. */
export function coverageOf(tags: readonly KnownTag[], by: readonly CoverageKey[]): readonly CoverageRow[] {
  const groups = new Map<string, { readonly key: readonly string[]; readonly tags: KnownTag[] }>();
  for (const tag of tags) {
    // A key that is asked for twice is one question, not two.
    const keys = [...new Set(by)].reduce<readonly Readonly<Record<string, string>>[]>(
      (known, key) => known.flatMap((row) => wordsFor(tag, key).map((word) => ({ ...row, [key]: word }))),
      [{}],
    );
    for (const row of keys) {
      const key = by.map((name) => row[name] ?? '');
      const group = groups.get(JSON.stringify(key)) ?? { key, tags: [] };
      groups.set(JSON.stringify(key), group);
      group.tags.push(tag);
    }
  }
  return [...groups.values()]
    .map(({ key, tags: members }) => ({
      key,
      tags: members.length,
      repositories: new Set(members.map(({ registry, repository }) => `${registry}/${repository}`)).size,
      share: members.length / tags.length,
    }))
    .sort((a, b) => b.tags - a.tags || compareKeys(a.key, b.key));
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((word, index) => word !== b[index]);
  return at < 0 ? 0 : Buffer.compare(Buffer.from(a[at] ?? ''), Buffer.from(b[at] ?? ''));
}
