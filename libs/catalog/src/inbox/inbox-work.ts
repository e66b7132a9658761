/**
 * What a row of the inbox asks the worker to look at. The last three expect to find nothing, and conclude it only
 * from a clean answer of the registry.
 */
export type InboxWork = 'manifest' | 'tag' | 'none' | 'manifest_deletion' | 'tag_deletion' | 'repository_deletion';
