export { handleEventsJob } from './handle-events.js';
export { openConsumer } from './open-consumer.js';
export type { ConsumerOptions, JobConsumer } from './open-consumer.js';
export { openProducer } from './open-producer.js';
export type { JobProducer } from './open-producer.js';
export { prepareQueue } from './prepare-queue.js';
export { QueueConfig, queueConnectionOf } from './queue-connection.js';
export type { QueueConnection } from './queue-connection.js';
export type { JobDefinition } from './define-job.js';
