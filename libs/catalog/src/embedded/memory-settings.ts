import { totalmem } from 'node:os';

const MEGABYTE = 2 ** 20;
const LEAST_BUFFERS_MB = 128;
const MOST_BUFFERS_MB = 8_192;

/** What this machine has, or what the container that we are in may use of it. */
export function usableMemoryBytes(): number {
  const limit = process.constrainedMemory(); // 0 where there is none, and beyond the machine where cgroups say so
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/**
 * How much of a machine's memory the server takes for its own buffers, a quarter as the manual advises for one that is
 * not alone ("Resource Consumption", shared_buffers), and with how much in the system's cache its planner may reckon.
 */
export function memorySettings(memoryBytes: number): { shared_buffers: string; effective_cache_size: string } {
  const quarterMb = Math.floor(memoryBytes / 4 / MEGABYTE);
  const buffersMb = Math.min(MOST_BUFFERS_MB, Math.max(LEAST_BUFFERS_MB, quarterMb));
  return { shared_buffers: `${buffersMb}MB`, effective_cache_size: `${Math.max(buffersMb, 2 * quarterMb)}MB` };
}
