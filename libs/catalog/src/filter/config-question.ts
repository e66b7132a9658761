import { compileKeyValues, type KeyValueFilter } from './key-value-filter.js';
import type { ManifestQuestion } from './manifest-question.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/** The images whose config has all of these labels. */
export function isLabelled(labels: readonly KeyValueFilter[]): ManifestQuestion {
  return imagesConfigured(compileKeyValues(rawSql('config.labels'), labels));
}

/** The images whose config says such a user; the empty text where it says none, which is the superuser. */
export function runsAs(user: TextFilter): ManifestQuestion {
  return imagesConfigured(compileText(rawSql('config.run_user'), user));
}

function imagesConfigured(condition: SqlPart): ManifestQuestion {
  const configured = sql`FROM manifest AS image JOIN image_config AS config ON config.id = image.config_id
    WHERE image.kind = 'image' AND image.status = 'valid' AND ${condition}`;
  return {
    ids: sql`SELECT image.id ${configured}`,
    holds: (id) => sql`EXISTS (SELECT ${configured} AND image.id = ${id})`,
  };
}
