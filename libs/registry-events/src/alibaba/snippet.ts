import type { SourceSetUp } from '../dialect.js';

/** What to type into the form for a trigger. */
export function triggerSettings({ name, hookUrl }: SourceSetUp): string {
  return [
    `# for source ${name}: Container Registry > the repository > Triggers > Create`,
    `Trigger URL:   ${hookUrl}`,
    'Trigger:       All',
  ].join('\n');
}
