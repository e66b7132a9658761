export { QueueConfig } from './queue-connection.js';
