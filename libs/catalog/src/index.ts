export { CatalogConfig, inTransaction, openCatalog } from './open-catalog.js';
export type { Catalog, Sql } from './open-catalog.js';
export { digestFromBytes, digestToBytes } from './digest-bytes.js';
export { findEventBytes } from './inbox/find-event-bytes.js';
export { countEvents, findEventPage, findEvents } from './inbox/find-events.js';
export type { EventFilter, EventRow } from './inbox/find-events.js';
export { recordEvents } from './inbox/record-events.js';
export type { ReceivedEvents, RecordedCounts } from './inbox/record-events.js';
export { createInboxSignal, INBOX_CHANNEL } from './inbox/record-events-signal.js';
export type { InboxSignal } from './inbox/record-events-signal.js';
export { createEventRecorder, EventsNotTakenError } from './inbox/record-events-together.js';
export type { EventRecorder } from './inbox/record-events-together.js';
export { replayEvents } from './inbox/replay-events.js';
export type { ReadAgain } from './inbox/replay-events.js';
export { recordInstance } from './source/record-instance.js';
export type { SeenInstance } from './source/record-instance.js';
export { recordSources } from './source/record-sources.js';
export type { ConfiguredSource } from './source/record-sources.js';
export { StaleHandOverError } from './inbox/claimed-event.js';
export type { ClaimedEvent, HandedEvent } from './inbox/claimed-event.js';
export { MAX_STARTS, claimEvents, claimSuspect, renewLeases } from './inbox/claim-event.js';
export { countDerived, deriveEvents } from './inbox/derive-events.js';
export type { DerivedFrom, DerivedWork } from './inbox/derive-events.js';
export { concludeEvents, deferEvent, endEvent, lockHandOvers } from './inbox/end-event.js';
export type { EventDelay, EventEnd, EventOutcome } from './inbox/end-event.js';
export { listenInbox } from './inbox/listen-inbox.js';
export type { InboxListener } from './inbox/listen-inbox.js';
export { returnAllEvents, returnEvents, returnExpiredEvents } from './inbox/return-events.js';
export { takeDueEvents } from './inbox/take-due-events.js';
export type { HandOverLimits } from './inbox/take-due-events.js';
export { beginExamination } from './finding/examine-everything.js';
export type { ExaminationWalk } from './finding/examine-everything.js';
export { examinePart, examineSpread, examineTodo } from './finding/examine-lot.js';
export type { ExaminationTools, ExaminedLot, LotLimits } from './finding/examine-lot.js';
export { findSpread, openSpread } from './finding/finding-spread.js';
export type { Spread } from './finding/finding-spread.js';
export { countFindingTodo } from './finding/finding-todo.js';
export { holdExamination } from './finding/hold-examination.js';
export type { ExaminationHold } from './finding/hold-examination.js';
export { openViolations } from './finding/open-violations.js';
export type { Violations } from './finding/open-violations.js';
export { closeFindings, openFindings } from './finding/write-findings.js';
export type { DesiredFinding, WritingFindings, WrittenFinding } from './finding/write-findings.js';
export type { FindingDetail, FindingDetails } from './finding/finding-detail.js';
export { SEVERITY_OF } from './finding/severity-of.js';
export { gather } from './gather.js';
export { findConfigBytes } from './image/find-config.js';
export { findWholeManifest } from './image/find-whole-manifest.js';
export { findUnplaced } from './image/find-unplaced.js';
export type { Unplaced } from './image/find-unplaced.js';
export { placeManifests } from './image/place-manifests.js';
export type { Placement } from './image/place-manifests.js';
export { readKnown } from './image/read-known.js';
export type { Known, KnownQuestion } from './image/read-known.js';
export { digestOfManifest } from './image/manifest-to-write.js';
export type {
  ConfigToWrite,
  InvalidManifest,
  ManifestToWrite,
  StoredProblem,
  ValidManifest,
} from './image/manifest-to-write.js';
export { settleIndexes } from './image/settle-indexes.js';
export { readVocabulary, writeManifests } from './image/write-manifests.js';
export type { Sighting } from './image/write-manifests.js';
export type { Vocabulary, WrittenManifest } from './image/written-manifest.js';
export { pendingMigrations } from './migrations/apply-migrations.js';
export { closePlacements, findContents, findTagsOn, readPlacementVersion } from './repository/close-placement.js';
export type { GonePlacement } from './repository/close-placement.js';
export { recordMissing } from './repository/record-missing.js';
export type { MissingManifest } from './repository/record-missing.js';
export { ensureRepository, findRepositoryRow } from './repository/known-repositories.js';
export type { RepositoryRow } from './repository/known-repositories.js';
export { readPauseMs, writeSourceState } from './source/write-source-state.js';
export { writeTags } from './tag/write-tags.js';
export type { TagObservation } from './tag/write-tags.js';
export { isTransientDatabaseError } from './transient-database-error.js';
export { CursorError, formatCursor, parseCursor } from './page/cursor.js';
export { MAX_PAGE, PageSizeError } from './page/list.js';
export type { Page, PageRequest } from './page/list.js';
export { analyseGrownTables } from './statistics/analyse-grown-tables.js';
export { foldTagCounts, recountTags } from './count/fold-tag-counts.js';
export { countUses } from './use/count-uses.js';
export { changeMessage } from './change/change-message.js';
export { listenChanges } from './change/listen-changes.js';
export type { Listener } from './signal/listen-to.js';
export { ChangePositionError, findChangeHorizon, findChanges } from './change/find-changes.js';
export type { ChangeHorizon } from './change/find-changes.js';
export type { ChangeKind, ChangePosition, ChangeRow, FindingChangeRow, TagChangeRow } from './change/tell-changes.js';
export { countFindings } from './finding/count-findings.js';
export { findFindings, findFindingsById, findFindingsOfTags } from './finding/find-findings.js';
export type { FindingOrder, FindingQuery, FindingRow, FoundTag, WaiverRow } from './finding/find-findings.js';
export { foldFindingCounts } from './finding/fold-finding-counts.js';
export { WaiverError, waive } from './finding/waive.js';
export type { WaiverErrorCode, WaiverToWrite } from './finding/waive.js';
export type { FindingFilter } from './filter/finding-filter.js';
export { findingMessage } from './finding/finding-message.js';
export type { FindingFacts } from './finding/finding-message.js';
export { forgetChanges } from './change/forget-changes.js';
export { findChangeActors } from './change/find-change-actors.js';
export { MAX_WAITING, holdWebhook, releaseWebhook } from './webhook/hold-webhook.js';
export type { HeldWebhook } from './webhook/hold-webhook.js';
export { queueDeliveries } from './webhook/queue-deliveries.js';
export type { MessageToQueue, QueuedFrom } from './webhook/queue-deliveries.js';
export { recordWebhooks } from './webhook/record-webhooks.js';
export type { ConfiguredWebhook } from './webhook/record-webhooks.js';
export { disableWebhook, noteAttempt, noteHealth } from './webhook/note-attempt.js';
export type { AttemptEnd, ReceiverHealth } from './webhook/note-attempt.js';
export { findDueDeliveries } from './webhook/find-due-deliveries.js';
export type { DueDelivery } from './webhook/find-due-deliveries.js';
export { findDeliveries } from './webhook/find-deliveries.js';
export type { DeliveryFilter, DeliveryRow } from './webhook/find-deliveries.js';
export { findWebhooks } from './webhook/find-webhooks.js';
export type { WebhookRow } from './webhook/find-webhooks.js';
export { replayDeliveries } from './webhook/replay-deliveries.js';
export { enableWebhook, requestTest } from './webhook/ask-webhook.js';
export { expireDeliveries, pruneDeliveries } from './webhook/prune-deliveries.js';
export type { LayerFilter } from './filter/layer-filter.js';
export { countBaseImages, countNewerBuilds, findBaseImages } from './image/find-base-images.js';
export type { BaseImageRow } from './image/find-base-images.js';
export { countDerivedImages, findDerivedImages } from './image/find-derived-images.js';
export { countPlacements, findPlacements } from './image/find-placements.js';
export type { PlacementRow } from './image/find-placements.js';
export { countUntagged, findUntagged } from './image/find-untagged.js';
export { countLayerList, findLayerList } from './layer/find-layer-list.js';
export type { LayerOrder, LayerQuery } from './layer/find-layer-list.js';
export { findStorage, findStorageOf } from './storage/find-storage.js';
export type { StorageRow } from './storage/find-storage.js';
export { FILTER_CEILINGS, FilterError } from './filter/check-filter.js';
export type { FilterErrorCode } from './filter/check-filter.js';
export type { KeyValueFilter } from './filter/key-value-filter.js';
export type { ImageFilter } from './filter/image-filter.js';
export type { PlatformFilter } from './filter/platform-filter.js';
export { evaluatePolicies } from './policy/evaluate-policies.js';
export type { EvaluationStep, EvaluationTools } from './policy/evaluate-policies.js';
export { countVerdicts } from './policy/count-verdicts.js';
export type { Verdicts } from './policy/count-verdicts.js';
export { findPolicies } from './policy/find-policies.js';
export { findViolations } from './policy/find-violations.js';
export { isDue as isDuePolicy, isNew as isNewPolicy, REEVALUATE_MS } from './policy/policy.js';
export type { Policy, UnreadableFilter, WrittenPolicy } from './policy/policy.js';
export { policyWords } from './policy/policy-filter.js';
export { recordPolicies } from './policy/record-policies.js';
export { readTagFilter, tagFilterSchema } from './filter/read-tag-filter.js';
export type { ReadingFilters } from './filter/read-tag-filter.js';
export type { RepositoryFilter } from './filter/repository-filter.js';
export type { TagFilter } from './filter/tag-filter.js';
export type { TextFilter } from './filter/text-filter.js';
export { EXPORT_FIELDS, exportColumn } from './export/export-lists.js';
export type { ExportColumn, ExportQuery } from './export/export-lists.js';
export { exportRows } from './export/export-rows.js';
export type { ExportRow } from './export/export-rows.js';
export { findDocuments } from './image/find-documents.js';
export { findImageConfigs } from './image/find-image-configs.js';
export type { ImageConfigRow } from './image/find-image-configs.js';
export { findImageLayers } from './image/find-image-layers.js';
export type { ImageLayerRow } from './image/find-image-layers.js';
export { countImages, findImages } from './image/find-images.js';
export type { ImageOrder, ImageQuery } from './image/find-images.js';
export { findImagesOf } from './image/find-images-of.js';
export { findIndexEntries } from './image/find-index-entries.js';
export type { IndexEntryRow } from './image/find-index-entries.js';
export { countLinkedManifests, findLinkedManifests } from './image/find-linked-manifests.js';
export type { LinkQuery } from './image/find-linked-manifests.js';
export { MAX_TREE_BYTES, TreeTooLargeError, findManifestTree } from './image/find-manifest-tree.js';
export type { ManifestWithDocument } from './image/find-manifest-tree.js';
export { findPlatformDigests } from './image/find-platform-digests.js';
export type { PlatformDigests } from './image/find-platform-digests.js';
export { findManifestsByDigest, findManifestsById } from './image/find-manifests.js';
export type { ManifestRow } from './image/find-manifests.js';
export { countLayerUse } from './layer/count-layer-use.js';
export type { LayerUse } from './layer/count-layer-use.js';
export { findLayer, findLayersById } from './layer/find-layers.js';
export type { LayerRow } from './layer/find-layers.js';
export { findPlatformSets, findPlatformSetsById, knownPlatformSet } from './platform/find-platform-sets.js';
export type { PlatformSets } from './platform/find-platform-sets.js';
export { findPlatforms, findPlatformsById, knownPlatform } from './platform/find-platforms.js';
export type { PlatformRow } from './platform/find-platforms.js';
export { countRegistryContents } from './repository/count-registry-contents.js';
export type { RegistryContents } from './repository/count-registry-contents.js';
export { findRegistries, findRegistriesById, knownRegistry } from './repository/find-registries.js';
export type { RegistryRow } from './repository/find-registries.js';
export {
  countRepositories,
  findRepositories,
  findRepositoriesById,
  findRepositoriesNamed,
} from './repository/find-repositories.js';
export { namespaceOf } from './repository/namespace.js';
export type { RepositoryOrder, RepositoryQuery, StoredRepository } from './repository/find-repositories.js';
export { countOpenRows } from './source/count-open-rows.js';
export type { OpenRows } from './source/count-open-rows.js';
export { findSources } from './source/find-sources.js';
export type { SourceRow } from './source/find-sources.js';
export { CoverageError, findCoverage } from './tag/find-coverage.js';
export type { CoverageKey, CoverageRow } from './tag/find-coverage.js';
export { findTag } from './tag/find-tag.js';
export { countTagMoves, findTagMoves } from './tag/find-tag-moves.js';
export type { TagMoveRow } from './tag/find-tag-moves.js';
export { countTags, findTags, findTagsById } from './tag/find-tags.js';
export type { TagOrder, TagQuery, TagRow } from './tag/find-tags.js';
export { StaleCrawlError, driftPerMille } from './crawl/crawl-run.js';
export type { CrawlRun, HeldCrawl } from './crawl/crawl-run.js';
export {
  countScopedManifests,
  countScopedTags,
  findKnownRepositories,
  findSampledTags,
  findUnseenTags,
  findUnverifiedManifests,
} from './crawl/crawl-scope.js';
export type { CrawlScope, ScopedManifest, ScopedTag } from './crawl/crawl-scope.js';
export { addCrawlWork, addHeldCrawlWork, countOpenCrawlWork } from './crawl/crawl-work.js';
export type { CrawlWork } from './crawl/crawl-work.js';
export { findCrawl, findLastCrawls, isWorkerThere } from './crawl/find-crawls.js';
export {
  advanceCrawl,
  claimCrawl,
  finishCrawl,
  noteCrawlTrouble,
  releaseCrawl,
  renewCrawl,
} from './crawl/hold-crawl.js';
export type { CrawlHold, CrawlStep } from './crawl/hold-crawl.js';
export { markDirty } from './crawl/mark-dirty.js';
export { readHeldManifests, readKnownTags } from './crawl/read-crawled.js';
export type { HeldManifest, KnownTag, KnownTagQuestion } from './crawl/read-crawled.js';
export { requestCrawl } from './crawl/request-crawl.js';
export type { CrawlRequest } from './crawl/request-crawl.js';
export { scheduleCrawls } from './crawl/schedule-crawls.js';
export type { CrawlSchedule } from './crawl/schedule-crawls.js';
export {
  confirmTags,
  countAbsences,
  recordAbsences,
  takeAbsences,
  writeAskedManifests,
} from './crawl/write-crawled.js';
export type { ConfirmedTag, CrawlAbsence } from './crawl/write-crawled.js';
export { findSnapshot, findSnapshots } from './snapshot/find-snapshots.js';
export type { SnapshotRow, SnapshotWithBytes } from './snapshot/find-snapshots.js';
export { lastDue } from './snapshot/last-due.js';
export type { SnapshotInterval } from './snapshot/last-due.js';
export { takeSnapshot } from './snapshot/take-snapshot.js';
export type { SnapshotPlan } from './snapshot/take-snapshot.js';
export { makeReport } from './report/make-report.js';
export { MAX_LISTED, ReportError } from './report/report-request.js';
export type { ReportErrorCode, ReportRequest } from './report/report-request.js';
export type {
  CrawlKind,
  CrawlState,
  CrawlTrigger,
  FactOrigin,
  ArtifactKind as StoredArtifactKind,
  FindingKind as StoredFindingKind,
  InboxState,
  InboxWork,
  ManifestFormat as StoredManifestFormat,
  DeliveryState,
  Severity as StoredSeverity,
  SourceState,
  TokenScope as StoredTokenScope,
  WebhookState,
} from './stored-words.js';
export { TokenError, createToken } from './token/create-token.js';
export type { NewToken } from './token/create-token.js';
export { isUseNews, noteTokenUse, revokeToken } from './token/end-token.js';
export { findToken, listTokens } from './token/find-token.js';
export type { TokenRow } from './token/token-row.js';
export { textMatcher } from './filter/text-matcher.js';
