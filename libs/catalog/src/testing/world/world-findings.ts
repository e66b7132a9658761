import type { ManifestFixture } from '@strata/oci/testing';
import { digestToBytes } from '../../digest-bytes.js';
import type { Catalog } from '../../open-catalog.js';
import type { FindingKind } from '../../stored-words.js';
import type { World, WorldRepository } from './build-world.js';

/** Something that is said to have been wrong, for questions about findings: no examiner has found it. */
export interface WorldFinding {
  readonly kind: FindingKind;
  readonly repository: WorldRepository;
  /** Null for one about the manifest. */
  readonly tag: string | null;
  readonly manifest: ManifestFixture;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

const KINDS = ['platform_lost', 'legacy_format', 'broken_index'] as const;
const MINUTE_MS = 60_000;

/** Some: one for every third tag that was pushed, of which every other is about the manifest and some are closed again. */
export function findingsIn(world: World): readonly WorldFinding[] {
  const seen = new Set<string>();
  return world.steps.flatMap((step, index): readonly WorldFinding[] => {
    if (step.kind !== 'tag' || step.target === null || index % 3 === 0) return [];
    const { repository, target, at } = step;
    const kind = KINDS[index % KINDS.length] ?? 'legacy_format';
    const tag = index % 2 === 0 ? step.tag : null;
    const key = `${repository.registry}/${repository.name} ${kind} ${tag ?? target.digest}`;
    if (seen.has(key)) return []; // one of a kind is open at a time
    seen.add(key);
    const closedAt = index % 5 === 0 ? new Date(at.getTime() + 4 * MINUTE_MS) : null;
    return [{ kind, repository, tag, manifest: target, openedAt: at, closedAt }];
  });
}

/** Whether it is open, now or at a moment. */
export function isOpen({ openedAt, closedAt }: WorldFinding, at: Date | null): boolean {
  return at === null ? closedAt === null : openedAt <= at && (closedAt === null || closedAt > at);
}

/** Whether it is about this tag, or about what that points at in its repository. */
export function isAbout(
  finding: WorldFinding,
  about: { readonly repository: WorldRepository; readonly tag: string; readonly target: ManifestFixture },
): boolean {
  const { registry, name } = about.repository;
  if (finding.repository.registry !== registry || finding.repository.name !== name) return false;
  return finding.tag === null ? finding.manifest.digest === about.target.digest : finding.tag === about.tag;
}

/** Writes them into a world that is written already. */
export async function writeWorldFindings({ pool }: Catalog, world: World): Promise<void> {
  for (const { kind, repository, tag, manifest, openedAt, closedAt } of findingsIn(world)) {
    const { rowCount } = await pool.query(
      `INSERT INTO finding (kind, severity, repository_id, tag_id, manifest_id, opened_at, closed_at)
       SELECT $1::finding_kind, 'low', repository.id, tag.id, manifest.id, $6, $7
         FROM repository JOIN registry ON registry.id = registry_id AND host = $2
         JOIN manifest ON manifest.digest = $5
         LEFT JOIN tag ON tag.repository_id = repository.id AND tag.name = $4::text
        WHERE repository.name = $3 AND ($4::text IS NULL OR tag.id IS NOT NULL)`,
      [kind, repository.registry, repository.name, tag, digestToBytes(manifest.digest), openedAt, closedAt],
    );
    if (rowCount !== 1) throw new Error('a finding is about something that was never written');
  }
}
