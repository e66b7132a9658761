/** The files that hold a manifest, a list or an index, in folders named after the image and its tag. */
const MANIFEST_FILES = new Set(['manifest.json', 'list.manifest.json']);

/** What the path of a file in a Docker repository says, such as `team/app/1.4.2/manifest.json`. */
export interface NamesInPath {
  readonly image: string;
  /** The name of the folder: a tag, or a digest for a manifest that was pushed without one. */
  readonly folder: string;
}

/** Reads `<image>/<folder>/manifest.json` or `…/list.manifest.json`; null for any other file. */
export function namesInPath(path: string): NamesInPath | null {
  const [file, folder, ...image] = path.split('/').reverse();
  if (file === undefined || folder === undefined || image.length === 0 || !MANIFEST_FILES.has(file)) return null;
  return { image: image.reverse().join('/'), folder };
}
