import type { Digest, Platform } from '@strata/oci';
import { digestToBytes } from '../digest-bytes.js';
import type { ManifestFormat } from '../stored-words.js';
import { imagesConfigured, isLabelled } from './config-question.js';
import { imagesDerivedFrom } from './derived-from.js';
import { anyGiven, type KeyValueFilter } from './key-value-filter.js';

import { platformMatcher } from './platform-filter.js';
import { compileSize, compileTime, type SizeRange, type TimeRange } from './ranges.js';
import { reaching } from './reach.js';
import { allOf, rawSql, sql, whenGiven, type SqlPart } from './sql.js';
import { idsWhere, type TextFilter } from './text-filter.js';

/** Which images are meant; fields are joined by AND. */
export interface ImageFilter {
  /** Runs on one of these. */
  readonly platform?: readonly string[] | null | undefined;
  readonly layer?: Digest | null | undefined;
  /** Its layers begin with those of what this reference or digest names. */
  readonly derivedFrom?: string | null | undefined;
  /** Its config has all of these. */
  readonly labels?: readonly KeyValueFilter[] | null | undefined;
  /** A repository of such a name holds it; together with `registry`, one at such a registry. */
  readonly repository?: TextFilter | null | undefined;
  readonly registry?: TextFilter | null | undefined;
  readonly tagged?: boolean | null | undefined;
  readonly format?: readonly ManifestFormat[] | null | undefined;
  /** When it was first seen. */
  readonly pushed?: TimeRange | null | undefined;
  /** Of all its layers. */
  readonly size?: SizeRange | null | undefined;
}

/** A platform of the dictionary. */
type KnownPlatform = Platform & { readonly id: number };

/** The condition on the table `manifest`. `platforms` is the dictionary. Throws `PlatformNameError` and `InvalidReferenceError`. */
export function compileImageFilter(filter: ImageFilter, platforms: readonly KnownPlatform[]): SqlPart {
  return allOf([
    ...whenGiven(filter.platform, (names) => sql`manifest.platform_id = ANY (${idsOf(names, platforms)}::int[])`),
    ...whenGiven(
      filter.layer,
      (layer) => sql`EXISTS (
        SELECT FROM image_layer WHERE image_layer.manifest_id = manifest.id
        AND image_layer.layer_id = (SELECT id FROM layer WHERE digest = ${digestToBytes(layer)}))`,
    ),
    ...whenGiven(filter.derivedFrom, (base) => sql`manifest.id IN (${imagesDerivedFrom(base, null)})`),
    ...whenGiven(anyGiven(filter.labels), (all) => sql`manifest.id IN (${imagesConfigured(isLabelled(all))})`),
    ...holderConditions(filter),
    ...whenGiven(filter.tagged, (tagged) => (tagged ? isTagged : sql`NOT ${isTagged}`)),
    ...whenGiven(filter.format, (formats) => sql`manifest.format = ANY (${formats}::manifest_format[])`),
    ...whenGiven(filter.pushed, (range) => compileTime(rawSql('manifest.first_seen_at'), range)),
    ...whenGiven(filter.size, (range) => compileSize(rawSql('manifest.total_bytes'), range)),
  ]);
}

const isTagged = sql`EXISTS (
  SELECT FROM tag WHERE tag.manifest_id IN (${reaching(sql`SELECT manifest.id`)}))`;

/** One repository answers both questions: that one of such a name and another at such a registry hold it is not enough. */
function holderConditions({ repository, registry }: ImageFilter): readonly SqlPart[] {
  const conditions = [
    ...whenGiven(repository, (text) => sql`holder.id IN (${idsWhere('repository', 'name', text)})`),
    ...whenGiven(registry, (text) => sql`holder.registry_id IN (${idsWhere('registry', 'host', text)})`),
  ];
  if (conditions.length === 0) return [];
  return [
    sql`EXISTS (
      SELECT FROM repository_manifest AS placement JOIN repository AS holder ON holder.id = placement.repository_id
      WHERE placement.manifest_id = manifest.id AND placement.gone_at IS NULL AND ${allOf(conditions)})`,
  ];
}

function idsOf(names: readonly string[], platforms: readonly KnownPlatform[]): readonly number[] {
  const matchers = names.map(platformMatcher);
  return platforms.filter((platform) => matchers.some((matches) => matches(platform))).map(({ id }) => id);
}
