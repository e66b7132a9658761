export { findContainer } from './testing/find-container.js';
export { startRedis } from './testing/start-redis.js';
export type { TestRedis } from './testing/start-redis.js';
