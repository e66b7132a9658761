import { build } from './build.mjs';
import { install } from './install.mjs';
import { findPinnedNode } from './pinned-node.mjs';
import { giveUp } from './tell.mjs';
import { TOOL_ENVIRONMENT } from './tool-environment.mjs';

const OLDEST_NODE = 20;

/**
 * Brings a fresh clone, or one that changed, to the point where the product runs. Uses nothing but Node itself,
 * since nothing else may be there yet. Gives the pinned Node and the environment for what comes next.
 */
export async function prepare() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) giveUp(`Node ${OLDEST_NODE} or newer is needed to begin; this is ${process.versions.node}.`);
  await install();
  const runtime = findPinnedNode();
  await build({ ...runtime, env: { ...runtime.env, ...TOOL_ENVIRONMENT } });
  return runtime;
}
