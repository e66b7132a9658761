/**
 * The crawl of the row `source` that asks whether it may remove as much as it found gone, while nobody has answered: at
 * most one row, the newest, with `id`, `repository` and `error` (the question). A later crawl of the same, or of
 * everything, ends the question, whatever it was begun for; one of another repository does not.
 */
export const OPEN_QUESTION = `
  SELECT asking.id, asking.repository, asking.error
    FROM crawl_run AS asking
   WHERE asking.source_id = source.id AND asking.state = 'asking'
     AND asking.finished_at >= coalesce((
       SELECT finished_at FROM crawl_run AS whole
        WHERE whole.source_id = source.id AND whole.kind = 'full' AND whole.finished_at IS NOT NULL
        ORDER BY whole.id DESC LIMIT 1), '-infinity')
     AND NOT EXISTS (
       SELECT FROM crawl_run AS later
        WHERE later.source_id = source.id AND later.repository = asking.repository AND later.id > asking.id
          AND later.finished_at IS NOT NULL)
   ORDER BY asking.id DESC LIMIT 1`;
