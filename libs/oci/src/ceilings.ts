const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Every limit on what a document may ask of us, in one place: whatever a registry sends costs bounded bytes,
 * time and memory. Units stand in the names; a value equal to its ceiling is still accepted.
 */
export const CEILINGS = {
  /** A manifest or index, after decoding; distribution-spec 1.1 asks registries to take at least this much. */
  manifestBytes: 4 * MIB,
  configBytes: 4 * MIB,
  /** Arrays and objects inside each other, in any JSON we read. */
  jsonDepth: 64,
  /** Values of all kinds in one JSON document; 1.4 million fit into 4 MiB and would block for 300 ms and more. */
  jsonValues: 150_000,
  /** Layers or blobs of one manifest; diff_ids and history steps of one config. */
  descriptors: 10_000,
  /** Signatures of one schema 1 manifest, each of which hashes all of it. */
  signatures: 8,
  /** Entries of one index. */
  indexChildren: 1_000,
  /** Indexes inside each other; for whoever walks from a root to its children. */
  indexDepth: 4,
  /** Manifests reached from one root; for whoever walks from a root to its children. */
  manifestsPerRoot: 2_000,
  /** A repository name with its registry (distribution's reference grammar). */
  nameChars: 255,
  tagChars: 128,
  mediaTypeChars: 255,
  /** The operating system, architecture or variant of a platform. */
  platformWordChars: 64,
  osVersionChars: 128,
  /** In UTF-8. PostgreSQL refuses B-tree keys above 2,704 bytes. */
  annotationKeyBytes: 1 * KIB,
  annotationValueBytes: 64 * KIB,
  /** Keys and values of all annotations in one document, together. */
  annotationBytes: 512 * KIB,
  /** Problems listed one by one; the rest is counted. */
  problems: 100,
} as const;
