import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './paths.mjs';

const OUTSIDE = ['package-lock.json', 'nx.json', '.swcrc'];
const MADE_BY_TOOLS = new Set(['dist', 'generated', 'node_modules']);

/** The folders of all apps and libs, such as `libs/oci`. */
export function projectFolders() {
  return ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(ROOT, group))
      .map((name) => `${group}/${name}`)
      .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
      .sort(),
  );
}

/** One hash over everything that the build reads: equal hashes, equal results. */
export function hashOfSources() {
  const hash = createHash('sha256');
  const files = [
    ...OUTSIDE.map((name) => join(ROOT, name)),
    ...filesUnder(join(ROOT, 'prisma')),
    ...projectFolders().flatMap((folder) => [
      join(ROOT, folder, 'package.json'),
      ...filesUnder(join(ROOT, folder, 'src')),
    ]),
  ];
  for (const file of files) {
    if (/\.spec\.ts$/.test(file)) continue;
    const bytes = readFileSync(file);
    hash.update(`${relative(ROOT, file)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** Every file in a folder and below, in a stable order, without what the tools made. */
export function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return MADE_BY_TOOLS.has(entry.name) ? [] : filesUnder(join(folder, entry.name));
      return entry.isFile() ? [join(folder, entry.name)] : [];
    });
}
