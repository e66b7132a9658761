export type {
  Authentication,
  AuthenticationScheme,
  OidcAuthentication,
  SecretAuthentication,
} from './authentication/authentication.js';
export { sourceWords } from './authentication/source-words.js';
export { challengeOf, openSender } from './authentication/open-sender.js';
export type { BodyProof, CheckHead, HeadVerdict } from './authentication/open-sender.js';
export type { Dialect, HookAnswer, HookRequest, SenderHabits, SourceSetUp } from './dialect.js';
export { dialectNames, dialectOf, isDialectName, readKeptEvents } from './dialects.js';
export type { DialectName } from './dialects.js';
export { quarantineDelivery } from './quarantine-delivery.js';
export type {
  Delivery,
  DeliveryHead,
  EventFacts,
  IgnoreReason,
  QuarantineReason,
  RegistryEvent,
} from './registry-event.js';
