import { foldFindingCounts, openCatalog, recordPolicies, type WrittenPolicy } from '@strata/catalog';
import type pg from 'pg';

const TABLES = ['finding', 'waiver', 'finding_count_todo', 'finding_count', 'repository_finding_count'] as const;

const POLICIES: readonly WrittenPolicy[] = [
  {
    ...{ name: 'multi-architecture', description: 'Images run on amd64 and on arm64.', owner: 'platform-team' },
    ...{ severity: 'high', where: { platforms: { has: ['amd64'] } }, require: { platforms: { has: ['arm64'] } } },
  },
  {
    ...{ name: 'oci-only', description: 'Images are OCI images.', owner: 'registry-team' },
    ...{ severity: 'medium', where: {}, require: { format: ['OCI_IMAGE', 'OCI_INDEX'] } },
  },
  {
    ...{ name: 'no-giants', description: 'Images take at most a gigabyte.', owner: 'platform-team' },
    ...{ severity: 'low', where: {}, require: { size: { max: 1_073_741_824 } } },
  },
];

// So that nobody evaluates them before they are asked about.
const EVALUATED = `
  UPDATE policy SET evaluated_hash = definition_hash, evaluated_at = (SELECT max(observed_at) FROM tag)`;

/** Of what a tag pointed at in a stretch, which platforms and which format it had. */
const STRETCHES = `(
  SELECT made.id, made.tag_id, tag.repository_id, made.manifest_id, made.from_at, made.to_at, made.actor,
         pointed.format, pointed.total_bytes, pointed.digest, platform_set.members,
         lag(platform_set.members) OVER earlier AS members_before, lag(pointed.digest) OVER earlier AS digest_before,
         EXISTS (SELECT FROM platform WHERE platform.id = ANY (platform_set.members) AND architecture = 'amd64') AS is_amd64,
         EXISTS (SELECT FROM platform WHERE platform.id = ANY (platform_set.members) AND architecture = 'arm64') AS is_arm64
    FROM tag_interval AS made
    JOIN tag ON tag.id = made.tag_id
    JOIN manifest AS pointed ON pointed.id = made.manifest_id
    JOIN platform_set ON platform_set.id = pointed.platform_set_id
  WINDOW earlier AS (PARTITION BY made.tag_id ORDER BY made.from_at, made.id)
) AS stretch`;

// One stretch, one finding: a tag that moved from one violation to the next has closed the first. Of a platform that
// was lost, the next stretch is taken to have brought it back.
const FINDINGS = `
  INSERT INTO finding (kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, detail, opened_at, closed_at)
  SELECT 'policy'::finding_kind, policy.severity, policy.id, repository_id, tag_id, manifest_id, '', NULL::jsonb, from_at, to_at
    FROM ${STRETCHES} JOIN policy ON CASE policy.name
      WHEN 'multi-architecture' THEN is_amd64 AND NOT is_arm64
      WHEN 'oci-only' THEN format NOT IN ('oci_image', 'oci_index')
      ELSE total_bytes > 1073741824 END
  UNION ALL
  SELECT 'platform_lost', 'high', NULL, repository_id, tag_id, manifest_id, platform.name,
         jsonb_build_object('from', 'sha256:' || encode(substr(digest_before, 2), 'hex'),
                            'to', 'sha256:' || encode(substr(digest, 2), 'hex'), 'actor', actor,
                            'at', to_char(from_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
         from_at, to_at
    FROM ${STRETCHES} JOIN platform ON platform.id = ANY (members_before) AND platform.id <> ALL (members)
  UNION ALL
  SELECT 'legacy_format', 'medium', NULL, repository_id, tag_id, manifest_id, '', NULL::jsonb, from_at, to_at
    FROM ${STRETCHES} WHERE format = 'docker_schema1'
  UNION ALL
  SELECT 'tag_rolled_back', 'low', NULL, repository_id, tag_id, manifest_id, '', NULL::jsonb, from_at, to_at
    FROM ${STRETCHES} WHERE id % 211 = 0 AND digest_before IS NOT NULL
  ORDER BY 9, 5, 1, 3, 7`;

// One in 97 is accepted: a third of them no longer.
const WAIVERS = `
  INSERT INTO waiver (finding_id, until_at, reason, "by", created_at)
  SELECT id, opened_at + (id % 3) * interval '4 years', 'known, and planned', 'ann', opened_at
    FROM finding WHERE id % 97 = 0 AND closed_at IS NULL ORDER BY id`;

/**
 * Says what is wrong with a made-up catalog, as three policies and some of the other kinds find it, and what was wrong
 * with it: the same again for the same catalog. What the triggers note is counted.
 */
export async function seedFindings(databaseUrl: string, admin: pg.Client): Promise<void> {
  const catalog = openCatalog({ databaseUrl, poolSize: 1 });
  try {
    await admin.query(`SET work_mem = '256MB'`);
    await admin.query(`TRUNCATE finding, waiver, policy RESTART IDENTITY`);
    await recordPolicies(catalog, POLICIES, new Date(0));
    for (const statement of [EVALUATED, FINDINGS, WAIVERS]) await admin.query(statement);
    await admin.query('RESET work_mem');
    while ((await foldFindingCounts(catalog, 100_000)) > 0);
  } finally {
    await catalog.close();
  }
  for (const table of TABLES) await admin.query(`VACUUM (FREEZE, ANALYZE) ${table}`);
}

/** Whether a catalog was made up before findings were. */
export async function lacksFindings(admin: pg.Client): Promise<boolean> {
  const { rows } = await admin.query<{ lacks: boolean }>('SELECT NOT EXISTS (SELECT FROM finding) AS lacks');
  return rows[0]?.lacks === true;
}
