import { basename } from 'node:path';
import { projectFolders } from './source-hash.mjs';
import { giveUp } from './tell.mjs';

/** The folder of the project that somebody named: `oci`, `@strata/oci` and `libs/oci` mean the same, `tools` the tools. */
export function findProject(name) {
  const folders = [...projectFolders(), 'tools'];
  const wanted = name.replace(/^@strata\//, '').replace(/\/+$/, '');
  const found = folders.find((folder) => folder === wanted || basename(folder) === wanted);
  return (
    found ??
    giveUp(`There is no project ${name}. There are: ${folders.map((folder) => basename(folder)).join(', ')}.`, 2)
  );
}
