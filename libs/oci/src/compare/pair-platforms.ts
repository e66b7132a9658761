import { formatPlatformName } from '../platform/platform-name.js';
import type { Platform } from '../platform/platform.js';

/** What one side has for one platform. */
export interface PlatformItem<Item> {
  readonly platform: Platform;
  readonly item: Item;
}

/** A platform that both sides have. */
export interface PlatformPair<Item> {
  /** As the left side says it. */
  readonly platform: Platform;
  readonly left: Item;
  readonly right: Item;
}

/** The platforms of two references beside each other, in the order of the left side; pairs by equal name come first. */
export interface PlatformSplit<Item> {
  readonly both: readonly PlatformPair<Item>[];
  readonly onlyLeft: readonly PlatformItem<Item>[];
  readonly onlyRight: readonly PlatformItem<Item>[];
}

/**
 * Pairs what two indexes hold for the same platform, so that each pair can be compared. Of several entries for one
 * platform the first counts, as for a client. A Windows image without its equal is paired with one of the same build
 * (`10.0.20348`), because every monthly update carries another revision.
 */
export function pairPlatforms<Item>(
  left: readonly PlatformItem<Item>[],
  right: readonly PlatformItem<Item>[],
): PlatformSplit<Item> {
  const [lefts, rights] = [firstOfEach(left), firstOfEach(right)];
  const partners = new Map<PlatformItem<Item>, PlatformItem<Item>>();
  for (const nameOf of [exactName, buildName]) {
    const taken = new Set(partners.values());
    const open = new Map(rights.filter((item) => !taken.has(item)).map((item) => [nameOf(item.platform), item]));
    for (const item of lefts.filter((each) => !partners.has(each))) {
      const partner = open.get(nameOf(item.platform));
      if (partner === undefined) continue;
      partners.set(item, partner);
      open.delete(nameOf(item.platform));
    }
  }
  const taken = new Set(partners.values());
  return {
    both: [...partners].map(([{ platform, item }, partner]) => ({ platform, left: item, right: partner.item })),
    onlyLeft: lefts.filter((item) => !partners.has(item)),
    onlyRight: rights.filter((item) => !taken.has(item)),
  };
}

function firstOfEach<Item>(items: readonly PlatformItem<Item>[]): readonly PlatformItem<Item>[] {
  const firsts = new Map<string, PlatformItem<Item>>();
  for (const item of items) {
    const name = exactName(item.platform);
    if (!firsts.has(name)) firsts.set(name, item);
  }
  return [...firsts.values()];
}

const exactName = (platform: Platform): string => JSON.stringify([formatPlatformName(platform), platform.osFeatures]);

function buildName(platform: Platform): string {
  const build = platform.osVersion?.split('.', 3).join('.') ?? null;
  return exactName(platform.os === 'windows' ? { ...platform, osVersion: build } : platform);
}
