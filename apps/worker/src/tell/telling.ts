import {
  changeMessage,
  findingMessage,
  type ChangeKind,
  type ChangeRow,
  type FindingRow,
  type StoredSeverity,
} from '@strata/catalog';

/** The types of messages; their names are a promise to receivers (docs/webhooks.md). */
export type TellingType = (typeof TYPE_OF)[ChangeKind] | 'changes.lost' | 'webhook.test';

const TYPE_OF = {
  tag_created: 'tag.created',
  tag_moved: 'tag.moved',
  tag_deleted: 'tag.deleted',
  platform_lost: 'platform.lost',
  platform_gained: 'platform.gained',
  finding_opened: 'finding.opened',
  finding_closed: 'finding.closed',
} as const satisfies Record<ChangeKind, string>;

/** One thing to tell, before it is decided how it is written. */
export interface Telling {
  readonly type: TellingType;
  readonly at: Date;
  /** For people. */
  readonly message: string;
  /** What it is about; null for what is about the webhook itself. */
  readonly reference: string | null;
  readonly actor: string | null;
  /** Of a finding; null for everything else. */
  readonly severity: StoredSeverity | null;
  /** For programs, beside the message. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Names of platforms in one message; an index may have thousands of entries. */
const MAX_PLATFORMS = 100;

/** A change of the feed, and who made it if that is known. */
export function tellChange(change: ChangeRow, actor: string | null): Telling {
  const { kind, at, reference, fromDigest, toDigest, finding, position } = change;
  const platforms = change.platforms.slice(0, MAX_PLATFORMS);
  return {
    ...{ type: TYPE_OF[kind], at, reference, actor, severity: finding?.severity ?? null },
    message: changeMessage({ ...change, platforms }),
    data: {
      ...{ reference, fromDigest, toDigest, platforms: platforms.map(({ name }) => name), actor },
      ...{ finding: finding === null ? null : findingData(finding), position },
    },
  };
}

/** Words as GraphQL says them. */
function findingData(finding: FindingRow): object {
  const { id, kind, severity, policy, openedAt } = finding;
  return {
    id: String(id),
    kind: kind.toUpperCase(),
    severity: severity.toUpperCase(),
    policy: policy?.name ?? null,
    message: findingMessage(finding),
    openedAt: openedAt.toISOString(),
  };
}

const OF_THE_WEBHOOK = { reference: null, actor: null, severity: null } as const;

/** That the feed has forgotten changes before this webhook was told of them. */
export function tellLoss(since: Date, at: Date): Telling {
  const message = `Changes since ${since.toISOString()} were forgotten before they could be told here: ask for the tags as they are.`;
  return { ...OF_THE_WEBHOOK, type: 'changes.lost', at, message, data: { since: since.toISOString() } };
}

/** What somebody sends to see whether it arrives. */
export function tellTest(webhook: string, at: Date): Telling {
  const message = `This is a test of the webhook ${webhook}: it works.`;
  return { ...OF_THE_WEBHOOK, type: 'webhook.test', at, message, data: { webhook } };
}
