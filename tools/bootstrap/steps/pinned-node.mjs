import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { BIN } from './paths.mjs';
import { giveUp } from './tell.mjs';

const NEEDED_MAJOR = 24;

/**
 * Finds the Node that everything after the installation runs on: the pinned one that npm installed, else the one
 * that runs now if it is new enough. Gives its path and an environment in which it comes first.
 */
export function findPinnedNode() {
  const pinned = join(BIN, 'node');
  const node = majorOf(pinned) === NEEDED_MAJOR ? pinned : process.execPath;
  if (node !== pinned && Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
    giveUp(
      `npm has no Node ${NEEDED_MAJOR} for ${process.platform} on ${process.arch}, and this is Node ${process.versions.node}.\n` +
        `Install Node ${NEEDED_MAJOR} or newer and run the command again.`,
    );
  }
  const path = [BIN, dirname(node), process.env.PATH ?? ''].join(':');
  return { node, env: { ...process.env, PATH: path } };
}

function majorOf(node) {
  try {
    return Number(
      execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return null; // not installed for this platform, or it does not run here (another libc)
  }
}
