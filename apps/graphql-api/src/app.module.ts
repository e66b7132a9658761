import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { schemaText } from '@strata/graphql';
import type { Logger } from '@strata/runtime';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { AskedContext } from './answer/context.js';
import { errorFormatter } from './answer/format-errors.js';
import { checkPermissions } from './caller/check-permissions.js';
import { TokenResolver } from './caller/token.resolver.js';
import { ChangeResolver } from './change/change.resolver.js';
import { CoverageResolver } from './coverage/coverage.resolver.js';
import { EventResolver } from './event/event.resolver.js';
import { FindingResolver } from './finding/finding.resolver.js';
import { ArtifactResolver } from './image/artifact.resolver.js';
import { BaseImageResolver } from './image/base-image.resolver.js';
import { ImageConfigResolver } from './image/image-config.resolver.js';
import { ImageIndexResolver } from './image/image-index.resolver.js';
import { ImageResolver } from './image/image.resolver.js';
import { IndexEntryResolver } from './image/index-entry.resolver.js';
import { ManifestResolver } from './image/manifest.resolver.js';
import { PlacementResolver } from './image/placement.resolver.js';
import { LayerResolver } from './layer/layer.resolver.js';
import { operationsOf, textCheck } from './limits/check-document.js';
import { LIMITS } from './limits/limits.js';
import { checkCost } from './limits/measure-cost.js';
import { AssembledIndexResolver } from './making/assembled-index.resolver.js';
import { PushedConversionResolver } from './making/pushed-conversion.resolver.js';
import { NodeResolver } from './node/node.resolver.js';
import { ComparisonResolver } from './reference/comparison.resolver.js';
import { CompatibilityResolver } from './reference/compatibility.resolver.js';
import { ConversionResolver } from './reference/conversion.resolver.js';
import { InspectResolver } from './reference/inspect.resolver.js';
import { ResolutionResolver } from './reference/resolution.resolver.js';
import { PolicyResolver } from './policy/policy.resolver.js';
import { PolicyResultResolver, ReportResolver } from './report/report.resolver.js';
import { RegistryResolver } from './registry/registry.resolver.js';
import { RepositoryResolver } from './repository/repository.resolver.js';
import { ByteSize } from './scalars/byte-size.js';
import { DateTime } from './scalars/date-time.js';
import { Digest } from './scalars/digest.js';
import { PlatformName } from './scalars/platform-name.js';
import { CrawlRunResolver } from './source/crawl-run.resolver.js';
import { SourceResolver } from './source/source.resolver.js';
import { TagMoveResolver } from './tag/tag-move.resolver.js';
import { TagResolver } from './tag/tag.resolver.js';

const RESOLVERS = [
  ComparisonResolver,
  CompatibilityResolver,
  ConversionResolver,
  InspectResolver,
  ResolutionResolver,
  ArtifactResolver,
  BaseImageResolver,
  ChangeResolver,
  CoverageResolver,
  EventResolver,
  FindingResolver,
  ImageConfigResolver,
  ImageIndexResolver,
  ImageResolver,
  IndexEntryResolver,
  LayerResolver,
  ManifestResolver,
  NodeResolver,
  PlacementResolver,
  PolicyResolver,
  PolicyResultResolver,
  ReportResolver,
  RegistryResolver,
  RepositoryResolver,
  CrawlRunResolver,
  SourceResolver,
  TagMoveResolver,
  AssembledIndexResolver,
  PushedConversionResolver,
  TagResolver,
  TokenResolver,
];

/**
 * The limits hang in Mercurius and not in the route, so that a transport which is added later has them too.
 * Its own routes are off: they would answer GET, lists of questions and a page that loads from the internet.
 */
export function graphqlOptions(logger: Logger): MercuriusDriverConfig {
  const checkText = textCheck();
  return {
    driver: MercuriusDriver,
    typeDefs: schemaText,
    resolvers: { ByteSize, DateTime, Digest, PlatformName },
    inheritResolversFromInterfaces: true,
    routes: false,
    graphiql: false,
    cache: LIMITS.knownTexts,
    errorFormatter: errorFormatter(logger),
    hooks: {
      preParsing: (_schema: GraphQLSchema, source: string, { transport }: Pick<AskedContext, 'transport'>) =>
        checkText(source, transport),
      preExecution: async (
        schema: GraphQLSchema,
        document: DocumentNode,
        { caller, turn }: Pick<AskedContext, 'caller' | 'turn'>,
        variables: object,
      ) => {
        checkPermissions(document, caller);
        checkCost(schema, document, { ...variables });
        // A mutation may wait for a registry, and would keep others waiting.
        if (operationsOf(document).every(({ operation }) => operation === OperationTypeNode.QUERY)) await turn.begin();
      },
    },
  };
}

class AppModule {}
Module({})(AppModule);

/** The process as Nest sees it: the schema and what answers it. */
export function apiModule(logger: Logger): DynamicModule {
  return { module: AppModule, imports: [GraphQLModule.forRoot(graphqlOptions(logger))], providers: RESOLVERS };
}
