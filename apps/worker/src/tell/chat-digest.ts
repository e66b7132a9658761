import type { Telling, TellingType } from './telling.js';

/** Several things to tell, as a channel of a chat wants to read them. */
export interface ChatDigest {
  /** What it is about in a line. */
  readonly title: string;
  /** How many of which, for more than one. */
  readonly summary: string | null;
  readonly lines: readonly string[];
  /** Under the lines; empty for nothing. */
  readonly footnote: string;
}

/** Lines in one message; what is beyond is counted. */
const MAX_LINES = 20;

/** Characters of one line; all lines together stay below what a message of any chat may have. */
const MAX_LINE = 300;

const TITLE_OF = {
  'finding.opened': 'Finding opened',
  'finding.closed': 'Finding closed',
  'platform.lost': 'Platform lost',
  'tag.deleted': 'Tag deleted',
  'tag.moved': 'Tag moved',
  'platform.gained': 'Platform gained',
  'tag.created': 'Tag created',
  'changes.lost': 'Changes lost',
  'webhook.test': 'Test',
} as const satisfies Record<TellingType, string>;

/** Makes one message of them, the urgent ones first. */
export function chatDigest(tellings: readonly [Telling, ...Telling[]]): ChatDigest {
  const [only] = tellings;
  if (tellings.length === 1) {
    const by = only.actor === null ? '' : ` by ${only.actor}`;
    const footnote = clip(`${only.at.toISOString()}${by}`, MAX_LINE);
    return { title: titleOf(only), summary: null, lines: [clip(only.message, MAX_LINE)], footnote };
  }
  const ordered = [...tellings].sort((one, other) => Number(isUrgent(other)) - Number(isUrgent(one)));
  const rest = ordered.length - MAX_LINES;
  return {
    title: `${tellings.length} changes in the catalog`,
    summary: countsOf(tellings),
    lines: ordered.slice(0, MAX_LINES).map(({ message }) => clip(message, MAX_LINE)),
    footnote: rest > 0 ? `and ${rest} more` : '',
  };
}

function titleOf({ type, severity }: Telling): string {
  return severity === null ? TITLE_OF[type] : `${TITLE_OF[type]} (${severity})`;
}

/** What somebody should see first; the rest follows in the order of the feed. */
function isUrgent({ type, severity }: Telling): boolean {
  switch (type) {
    case 'changes.lost':
    case 'platform.lost':
      return true;
    case 'finding.opened':
      return severity === 'critical' || severity === 'high';
    case 'finding.closed':
    case 'platform.gained':
    case 'tag.created':
    case 'tag.deleted':
    case 'tag.moved':
    case 'webhook.test':
      return false;
  }
}

function countsOf(tellings: readonly Telling[]): string {
  const counts = new Map<string, number>();
  for (const telling of tellings) counts.set(titleOf(telling), (counts.get(titleOf(telling)) ?? 0) + 1);
  return [...counts].map(([title, count]) => `${title}: ${count}`).join(' · ');
}

/** One line of readable characters, cut between two of them, never inside of one. */
function clip(text: string, max: number): string {
  const line = text.replace(/\p{Cc}/gu, ' ');
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
