import { compileKeyValues, type KeyValueFilter } from './key-value-filter.js';
import { rawSql, sql, type SqlPart } from './sql.js';
import { compileText, type TextFilter } from './text-filter.js';

/** The condition that a `config` has all of these labels; null, and so not met, for one without any. */
export function isLabelled(labels: readonly KeyValueFilter[]): SqlPart {
  return compileKeyValues(rawSql('config.labels'), labels);
}

/** The condition that a `config` says such a user; the empty text where it says none, which is the superuser. */
export function runsAs(user: TextFilter): SqlPart {
  return compileText(rawSql('config.run_user'), user);
}

/** What stands behind FROM to ask each `image` about its `config`; a condition may follow after AND. */
export const CONFIGURED_IMAGES = rawSql(`manifest AS image JOIN image_config AS config ON config.id = image.config_id
    WHERE image.kind = 'image' AND image.status = 'valid'`);

/** Selects the ids of the images whose `config` meets a condition. */
export function imagesConfigured(condition: SqlPart): SqlPart {
  return sql`SELECT image.id FROM ${CONFIGURED_IMAGES} AND ${condition}`;
}
