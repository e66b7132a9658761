import { chatDigest } from './chat-digest.js';
import type { Telling } from './telling.js';

/** Characters that a section of Slack's Block Kit takes. */
const MAX_SECTION = 3_000;

/**
 * A message for a Slack incoming webhook, in Block Kit: a header, the lines in sections, a footnote. `&`, `<` and `>` are
 * escaped, as they are what mentions and links are made of ("Formatting text for app surfaces").
 */
export function slackMessage(tellings: readonly [Telling, ...Telling[]]): object {
  const { title, summary, lines, footnote } = chatDigest(tellings);
  const bullets = lines.length === 1 ? lines.map(escape) : lines.map((line) => `• ${escape(line)}`);
  return {
    text: escape(lines.length === 1 ? `${title}: ${lines[0] ?? ''}` : `${title} (${summary ?? ''})`),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title } },
      ...(summary === null ? [] : [section(escape(summary))]),
      ...sectionsOf(bullets),
      ...(footnote === '' ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: escape(footnote) }] }]),
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** As few sections as take them, none of them too long: a line alone is short enough. */
function sectionsOf(lines: readonly string[]): readonly object[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= MAX_SECTION)
      sections[sections.length - 1] = `${last}\n${line}`;
    else sections.push(line);
  }
  return sections.map(section);
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
