export { startRedis } from './testing/start-redis.js';
export type { TestRedis } from './testing/start-redis.js';
