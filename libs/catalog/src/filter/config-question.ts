import { compileKeyValues, type KeyValueFilter } from './key-value-filter.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/** Selects the ids of the images whose config has all of these labels. */
export function imagesLabelled(labels: readonly KeyValueFilter[]): SqlPart {
  return imagesConfigured(compileKeyValues(rawSql('config.labels'), labels));
}

/** Selects those whose config says such a user; the empty text where it says none, which is the superuser. */
export function imagesRunningAs(user: TextFilter): SqlPart {
  return imagesConfigured(compileText(rawSql('config.run_user'), user));
}

function imagesConfigured(condition: SqlPart): SqlPart {
  return sql`SELECT image.id FROM manifest AS image JOIN image_config AS config ON config.id = image.config_id
    WHERE image.kind = 'image' AND image.status = 'valid' AND ${condition}`;
}
