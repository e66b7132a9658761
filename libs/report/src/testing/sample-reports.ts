import type { AnyReport, NamespaceCoverage, ReportName, ReportOf } from '../report.js';

/** What an unfriendly name may hold: for a page, a spreadsheet, XML, and whoever reads from right to left. */
export const UNFRIENDLY = `=cmd|'/c calc'!A1 <script>alert("1")</script> & \u202e\u0000]]>`;

const head = {
  version: 1 as const,
  revision: '812-4410.0123456789abcdef0123456789abcdef',
  asOf: '2026-11-21T09:14:00.000Z',
  parameters: { asOf: null, limit: 1000, mediaTypes: null, policy: null, where: { name: { startsWith: '<v' } } },
};

const MONTHS = Array.from({ length: 12 }, (_, index) =>
  new Date(Date.UTC(2025, 11 + index, 1)).toISOString().slice(0, 7),
);

function figures(runnable: number, arm64: number): Omit<NamespaceCoverage, 'namespace'> {
  const groups = (names: readonly (readonly [string, number])[]) => names.map(([name, tags]) => ({ name, tags }));
  return {
    tags: runnable + 3,
    runnable,
    architectures: groups([
      ['amd64', runnable],
      ['arm64', arm64],
      ['arm', Math.floor(arm64 / 4)],
      ['s390x', Math.floor(arm64 / 10)],
    ]),
    platforms: groups([
      ['linux/amd64', runnable],
      ['linux/arm64', arm64],
      ['linux/arm/v7', Math.floor(arm64 / 4)],
      ['linux/s390x', Math.floor(arm64 / 10)],
    ]),
  };
}

const NAMESPACES = ['library', 'team-web', 'payments', 'data', '', UNFRIENDLY];

const bytes = (logicalBytes: number | string, uniqueBytes: number, exclusiveBytes: number) => ({
  ...{ logicalBytes, uniqueBytes, exclusiveBytes },
});

/** One of each report, small, with what is awkward in it: for tests of formats, and to be looked at. */
export const SAMPLES: { readonly [Name in ReportName]: ReportOf<Name> } = {
  policies: {
    report: 'policies',
    ...head,
    policies: [
      {
        name: 'multi-arch',
        description: 'Runs on amd64 and arm64.',
        owner: 'platform',
        severity: 'HIGH',
        isEvaluated: true,
        inScope: 1240,
        passing: 1100,
        failing: 140,
        waived: 20,
      },
      {
        name: 'no-schema1',
        description: null,
        owner: null,
        severity: 'CRITICAL',
        isEvaluated: true,
        inScope: 1240,
        passing: 1240,
        failing: 0,
        waived: 0,
      },
      {
        name: 'signed',
        description: UNFRIENDLY,
        owner: 'security',
        severity: 'MEDIUM',
        isEvaluated: false,
        inScope: 0,
        passing: 0,
        failing: 0,
        waived: 0,
      },
    ],
    findings: {
      total: 3,
      listed: [
        {
          kind: 'POLICY',
          severity: 'HIGH',
          policy: 'multi-arch',
          reference: 'r.example/team/web:1',
          subject: '',
          message: 'r.example/team/web:1 breaks the policy multi-arch: Runs on amd64 and arm64.',
          openedAt: '2026-11-01T00:00:00.000Z',
          waiver: null,
        },
        {
          kind: 'POLICY',
          severity: 'HIGH',
          policy: 'multi-arch',
          reference: 'r.example/team/old:1',
          subject: '',
          message: 'r.example/team/old:1 breaks the policy multi-arch.',
          openedAt: '2026-10-01T00:00:00.000Z',
          waiver: { until: '2026-12-31T00:00:00.000Z', reason: UNFRIENDLY, by: 'ann' },
        },
        {
          kind: 'PLATFORM_LOST',
          severity: 'MEDIUM',
          policy: null,
          reference: `r.example/team/web:${UNFRIENDLY}`,
          subject: 'linux/arm64',
          message: UNFRIENDLY,
          openedAt: '2026-11-02T00:00:00.000Z',
          waiver: null,
        },
      ],
    },
  },
  coverage: {
    report: 'coverage',
    ...head,
    ...figures(900, 610),
    namespaces: {
      total: 8,
      listed: NAMESPACES.map((namespace, index) => ({
        namespace,
        ...figures(index === 4 ? 0 : 300 - index * 50, Math.max(0, 290 - index * 90)),
      })),
    },
    months: MONTHS.map((month, index) => ({
      month,
      at: `${month}-28T23:59:59.999Z`,
      ...figures(700 + index * 18, 200 + index * 36),
      namespaces: [{ namespace: 'library', ...figures(200, 100 + index * 8) }],
    })),
  },
  retirement: {
    report: 'retirement',
    ...head,
    mediaTypes: [
      {
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        format: 'DOCKER_SCHEMA2',
        tags: 310,
        repositories: 40,
        oldestPushAt: '2021-02-01T00:00:00.000Z',
        lastPushAt: '2026-11-20T00:00:00.000Z',
      },
      {
        mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
        format: 'DOCKER_SCHEMA1',
        tags: 12,
        repositories: 2,
        oldestPushAt: '2015-02-01T00:00:00.000Z',
        lastPushAt: '2017-11-20T00:00:00.000Z',
      },
    ],
    owners: {
      total: 3,
      listed: [
        {
          owner: 'Web Team <web@example.com>',
          ownerFrom: 'org.opencontainers.image.authors',
          tags: 200,
          lastPushAt: '2026-11-20T00:00:00.000Z',
        },
        { owner: 'library', ownerFrom: 'namespace', tags: 110, lastPushAt: '2026-01-20T00:00:00.000Z' },
        {
          owner: UNFRIENDLY,
          ownerFrom: 'org.opencontainers.image.vendor',
          tags: 12,
          lastPushAt: '2017-11-20T00:00:00.000Z',
        },
      ],
    },
    lookedAt: 2,
    tags: {
      total: 322,
      listed: [
        {
          reference: 'r.example/library/legacy:1',
          digest: `sha256:${'0a'.repeat(32)}`,
          mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
          format: 'DOCKER_SCHEMA1',
          owner: UNFRIENDLY,
          ownerFrom: 'org.opencontainers.image.vendor',
          lastPushAt: '2015-02-01T00:00:00.000Z',
          refusedBy: ['Amazon ECR', 'GitHub'],
          conversion: { mediaType: null, isLossless: false, reasons: ['the size of a layer is not known'] },
        },
        {
          reference: 'r.example/team/web:1',
          digest: `sha256:${'0b'.repeat(32)}`,
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          format: 'DOCKER_SCHEMA2',
          owner: 'Web Team <web@example.com>',
          ownerFrom: 'org.opencontainers.image.authors',
          lastPushAt: '2026-11-20T00:00:00.000Z',
          refusedBy: [],
          conversion: { mediaType: 'application/vnd.oci.image.manifest.v1+json', isLossless: true, reasons: [] },
        },
        {
          reference: 'r.example/team/web:2',
          digest: `sha256:${'0c'.repeat(32)}`,
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          format: 'DOCKER_SCHEMA2',
          owner: 'Web Team <web@example.com>',
          ownerFrom: 'org.opencontainers.image.authors',
          lastPushAt: '2026-11-20T00:00:00.000Z',
          refusedBy: null,
          conversion: null,
        },
      ],
    },
    months: MONTHS.map((month, index) => ({ month, at: `${month}-28T23:59:59.999Z`, tags: 900 - index * 52 })),
  },
  losses: {
    report: 'losses',
    ...head,
    open: 1,
    platforms: [
      { name: 'linux/arm64', open: 1, lost: 3 },
      { name: 'linux/arm/v7', open: 0, lost: 1 },
    ],
    months: MONTHS.map((month, index) => ({ month, lost: index % 4 })),
    losses: {
      total: 2,
      listed: [
        {
          reference: 'r.example/team/web:stable',
          platform: 'linux/arm64',
          lostAt: '2026-11-20T08:00:00.000Z',
          actor: UNFRIENDLY,
          fromDigest: `sha256:${'0a'.repeat(32)}`,
          toDigest: `sha256:${'0b'.repeat(32)}`,
          closedAt: null,
          waiver: null,
        },
        {
          reference: 'r.example/team/web:1',
          platform: 'linux/arm/v7',
          lostAt: '2026-10-20T08:00:00.000Z',
          actor: null,
          fromDigest: null,
          toDigest: null,
          closedAt: '2026-10-21T08:00:00.000Z',
          waiver: null,
        },
      ],
    },
  },
  storage: {
    report: 'storage',
    ...head,
    ...bytes('9223372036854775807', 5_400_000_000, 5_400_000_000),
    registries: [{ registry: 'r.example', repositories: 3, ...bytes(9_000_000_000, 5_400_000_000, 5_400_000_000) }],
    namespaces: {
      total: 2,
      listed: [
        {
          registry: 'r.example',
          namespace: 'team',
          repositories: 2,
          ...bytes(6_000_000_000, 4_000_000_000, 1_000_000_000),
        },
        {
          registry: 'r.example',
          namespace: 'library',
          repositories: 1,
          ...bytes(3_000_000_000, 3_000_000_000, 1_400_000_000),
        },
      ],
    },
    repositories: {
      total: 3,
      listed: [
        {
          registry: 'r.example',
          repository: 'team/web',
          tags: 12,
          ...bytes(5_000_000_000, 3_500_000_000, 800_000_000),
        },
        {
          registry: 'r.example',
          repository: 'library/base',
          tags: 3,
          ...bytes(3_000_000_000, 3_000_000_000, 1_400_000_000),
        },
        { registry: 'r.example', repository: UNFRIENDLY, tags: 0, ...bytes(1000, 1000, 0) },
      ],
    },
  },
  verification: {
    report: 'verification',
    ...head,
    registries: [
      {
        registry: 'r.example',
        tags: 100,
        ages: [
          [1, 60],
          [24, 30],
          [168, 8],
          [720, 2],
          [null, 0],
        ].map(([upToHours, tags]) => ({ upToHours: upToHours ?? null, tags: tags ?? 0 })),
        olderThanDay: 10,
        oldestAt: '2026-11-01T00:00:00.000Z',
      },
      {
        registry: UNFRIENDLY,
        tags: 0,
        ages: [1, 24, 168, 720, null].map((upToHours) => ({ upToHours, tags: 0 })),
        olderThanDay: 0,
        oldestAt: null,
      },
    ],
    older: {
      total: 10,
      listed: [
        {
          reference: 'r.example/team/web:1',
          digest: `sha256:${'0a'.repeat(32)}`,
          verifiedAt: '2026-11-01T00:00:00.000Z',
        },
      ],
    },
  },
};

/** The same, one after the other. */
export const ALL_SAMPLES: readonly AnyReport[] = Object.values(SAMPLES);
