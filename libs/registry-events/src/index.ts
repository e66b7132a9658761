export type { Dialect } from './dialect.js';
export { dialectNames, dialects, isDialectName } from './dialects.js';
export type { DialectName } from './dialects.js';
export { quarantineDelivery } from './quarantine-delivery.js';
export type { Delivery, EventFacts, IgnoreReason, QuarantineReason, RegistryEvent } from './registry-event.js';
