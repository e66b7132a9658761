import { join } from 'node:path';
import { CACHE } from './paths.mjs';

/**
 * What Nx, Prisma and SWC are told: no daemon, no cloud, no news from the vendor, and everything they keep lies
 * under `.strata` rather than in the home folder, which may not even be writable.
 */
export const TOOL_ENVIRONMENT = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: join(CACHE, 'nx'),
  NX_WORKSPACE_DATA_DIRECTORY: join(CACHE, 'nx-data'),
  NX_NATIVE_FILE_CACHE_DIRECTORY: join(CACHE, 'nx-native'),
  CHECKPOINT_DISABLE: '1',
  XDG_CACHE_HOME: join(CACHE, 'xdg'),
  XDG_CONFIG_HOME: join(CACHE, 'xdg'),
};
