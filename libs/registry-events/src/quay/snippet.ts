import type { SourceSetUp } from '../dialect.js';

/** What to choose in the settings of each repository; Quay has no notification for a whole organisation. */
export function notificationSettings({ name, hookUrl }: SourceSetUp): string {
  return [
    'In Quay: the repository, Settings, Events and Notifications, Create Notification',
    '  When this event occurs: Push to Repository',
    '  Then issue a notification: Webhook POST',
    `  Webhook URL: ${hookUrl}`,
    '  POST JSON payload: leave it empty',
    `  With extra info: strata-${name}`,
  ].join('\n');
}
