export { heldExamination } from './finding/testing/held-examination.js';
export { freshDatabase } from './testing/fresh-database.js';
export type { FreshDatabase } from './testing/fresh-database.js';
export { dumpTables } from './testing/dump-tables.js';
export { SEEN_AT, aScene, distinctBytes, totalsOf } from './testing/graph-scene.js';
export type { Scene, Totals } from './testing/graph-scene.js';
export { toWrite } from './testing/to-write.js';
export { waitForChanges } from './testing/wait-for-changes.js';
