import type { FeatureSupport, RegistryFeature, RegistryProfile } from './registry-feature.js';

/** When the table was last compared with its sources. */
export const COMPATIBILITY_AS_OF = '2026-11-01';

const MIB = 1024 * 1024;
const GB = 1_000_000_000;

const yes = (source: string, note: string | null = null): FeatureSupport => ({ accepted: 'yes', note, source });
const no = (source: string, note: string): FeatureSupport => ({ accepted: 'no', note, source });
const converted = (source: string, note: string): FeatureSupport => ({ accepted: 'converted', note, source });
const unknown = (note: string | null = null, source: string | null = null): FeatureSupport => ({
  accepted: 'unknown',
  note,
  source,
});

/** What is not named is unknown. */
function profile(
  registry: string,
  known: Partial<Readonly<Record<RegistryFeature, FeatureSupport>>>,
  limits: Partial<Pick<RegistryProfile, 'maxManifest' | 'maxLayer'>> = {},
): RegistryProfile {
  const open = unknown();
  const supports = {
    'docker-schema1': open,
    'docker-image': open,
    'docker-list': open,
    'oci-image': open,
    'oci-index': open,
    'nested-index': open,
    'helm-chart': open,
    artifact: open,
    'withdrawn-artifact': open,
    subject: open,
    'zstd-layer': open,
    'foreign-layer': open,
    'unknown-layer': open,
    ...known,
  };
  return { registry, supports, maxManifest: null, maxLayer: null, ...limits };
}

const ECR_FORMATS = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html';
const ECR_OCI_1_1 = 'https://aws.amazon.com/about-aws/whats-new/2024/06/amazon-ecr-oci-image-distribution-version-1-1';
const ACR_FORMATS = 'https://learn.microsoft.com/azure/container-registry/container-registry-image-formats';
const GAR_FORMATS = 'https://cloud.google.com/artifact-registry/docs/supported-formats';
const HUB_ARTIFACTS = 'https://docs.docker.com/docker-hub/repos/manage/hub-images/oci-artifacts/';
const HUB_MULTI_PLATFORM = 'https://docs.docker.com/build/building/multi-platform/';
const GHCR_FORMATS =
  'https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-container-registry';
const GITLAB_DOCS = 'https://docs.gitlab.com/user/packages/container_registry/';
const QUAY_MANIFESTS = 'https://github.com/quay/quay/blob/master/endpoints/v2/manifest.py';
const QUAY_CONFIG = 'https://github.com/quay/quay/blob/master/config.py';
const HARBOR_ARTIFACTS = 'https://github.com/goharbor/harbor/tree/main/src/controller/artifact/processor';
const HARBOR_REFERRERS = 'https://github.com/goharbor/harbor/blob/main/src/server/registry/referrers.go';
const ARTIFACTORY_DOCKER = 'https://jfrog.com/help/r/jfrog-artifactory-documentation/docker-registry';
const ARTIFACTORY_REFERRERS =
  'https://jfrog.com/help/r/jfrog-artifactory-documentation/use-referrers-rest-api-to-discover-oci-references';
const NEXUS_DOCKER = 'https://help.sonatype.com/en/docker-registry.html';
const DISTRIBUTION_2 = 'https://github.com/distribution/distribution/tree/v2.8.3/registry';
const DISTRIBUTION_3 = 'https://github.com/distribution/distribution/tree/v3.1.1/registry';
const ZOT_NEWS = 'https://zotregistry.dev/v2.1.2/general/whats-new/';
const ZOT = 'https://github.com/project-zot/zot';

const NO_REFERRERS_API = 'it is stored, but there is no referrers API: clients keep an index under a fallback tag';
const CHILD_FOR_AMD64 = 'clients that do not accept lists get the linux/amd64 entry instead';

/** The registries that are known, as of `COMPATIBILITY_AS_OF`. */
export const REGISTRY_TABLE: readonly RegistryProfile[] = [
  profile(
    'Amazon ECR',
    {
      'docker-schema1': yes(ECR_FORMATS, 'it is never converted: clients must accept schema 1'),
      'docker-image': converted(ECR_FORMATS, 'clients that ask by tag and do not accept it get OCI or schema 1'),
      'docker-list': yes(ECR_FORMATS),
      'oci-image': converted(ECR_FORMATS, 'clients that ask by tag and do not accept it get Docker schema 2'),
      'oci-index': yes(ECR_FORMATS),
      'helm-chart': yes('https://docs.aws.amazon.com/AmazonECR/latest/userguide/push-oci-artifact.html'),
      artifact: yes(ECR_OCI_1_1),
      subject: yes(ECR_OCI_1_1),
      'zstd-layer': yes(
        'https://aws.amazon.com/blogs/containers/reducing-aws-fargate-startup-times-with-zstd-compressed-container-images/',
      ),
    },
    {
      maxLayer: {
        bytes: 52_000 * MIB,
        source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html',
      },
    },
  ),
  profile('Azure Container Registry', {
    'docker-schema1': unknown('versions of the documentation disagree', ACR_FORMATS),
    'docker-image': yes(ACR_FORMATS),
    'docker-list': yes(ACR_FORMATS),
    'oci-image': yes(ACR_FORMATS),
    'oci-index': yes(ACR_FORMATS),
    'helm-chart': yes(ACR_FORMATS),
    artifact: yes(ACR_FORMATS),
    subject: yes(
      ACR_FORMATS,
      'registries with customer-managed keys have no referrers API, so clients use a fallback tag',
    ),
  }),
  profile('Google Artifact Registry', {
    'docker-schema1': yes(GAR_FORMATS),
    'docker-image': yes(GAR_FORMATS),
    'docker-list': yes(GAR_FORMATS),
    'oci-image': yes(GAR_FORMATS),
    'oci-index': yes(GAR_FORMATS),
    'helm-chart': yes(GAR_FORMATS),
    artifact: yes(GAR_FORMATS),
    subject: unknown(
      'reports disagree on whether referrers are found again',
      'https://github.com/sigstore/cosign/issues/3935',
    ),
    'zstd-layer': unknown('users report that it works, and nothing published says so'),
  }),
  profile('Docker Hub', {
    'docker-image': yes(HUB_MULTI_PLATFORM),
    'docker-list': yes(HUB_MULTI_PLATFORM),
    'oci-image': yes(HUB_ARTIFACTS),
    'oci-index': yes(HUB_ARTIFACTS),
    'helm-chart': yes(HUB_ARTIFACTS),
    artifact: yes(HUB_ARTIFACTS),
    subject: unknown(
      'reports disagree on whether there is a referrers API',
      'https://github.com/docker/roadmap/issues/724',
    ),
    'zstd-layer': unknown('images with zstd layers are published there, and nothing published says so'),
  }),
  profile(
    'GitHub Container Registry',
    {
      'docker-image': yes(GHCR_FORMATS),
      'docker-list': yes(GHCR_FORMATS),
      'oci-image': yes(GHCR_FORMATS),
      'oci-index': yes(GHCR_FORMATS),
      'helm-chart': yes(GHCR_FORMATS),
      artifact: yes('https://github.com/ocx-sh/ocx/issues/480', 'types are not checked'),
      subject: yes('https://github.com/artifacthub/hub/issues/4785', NO_REFERRERS_API),
      'zstd-layer': unknown('users report that it works, and nothing published says so'),
      'foreign-layer': yes(GHCR_FORMATS),
    },
    { maxLayer: { bytes: 10 * GB, source: GHCR_FORMATS } },
  ),
  profile('GitLab', {
    'docker-image': yes(GITLAB_DOCS),
    'docker-list': yes(GITLAB_DOCS),
    'oci-image': yes(GITLAB_DOCS),
    'oci-index': yes(GITLAB_DOCS),
    'helm-chart': yes('https://github.com/ocx-sh/ocx/issues/480', 'its types are on the list of known ones'),
    artifact: no(
      'https://gitlab.com/gitlab-org/container-registry/-/issues/1869',
      'config and artifact types that are not on its list are answered with MANIFEST_INVALID',
    ),
    subject: unknown('there is no referrers API', 'https://gitlab.com/gitlab-org/container-registry/-/issues/1205'),
    'foreign-layer': unknown(
      'self-managed registries accept them once validation of urls is off',
      'https://gitlab.com/charts/gitlab/issues/1421',
    ),
  }),
  profile('Quay', {
    'docker-schema1': yes(QUAY_MANIFESTS),
    'docker-image': converted(QUAY_MANIFESTS, 'clients that ask by tag and do not accept it get schema 1'),
    'docker-list': converted(QUAY_MANIFESTS, CHILD_FOR_AMD64),
    'oci-image': yes(QUAY_CONFIG),
    'oci-index': converted(QUAY_MANIFESTS, 'clients that do not accept indexes get the linux/amd64 entry instead'),
    'helm-chart': yes(QUAY_CONFIG),
    artifact: unknown('it depends on the list of types that the operator allows', QUAY_CONFIG),
    'unknown-layer': unknown('it depends on the list of types that the operator allows', QUAY_CONFIG),
    subject: yes(QUAY_CONFIG, 'the referrers API can be switched off'),
    'zstd-layer': yes(QUAY_CONFIG),
  }),
  profile(
    'Harbor',
    {
      'docker-schema1': yes(HARBOR_ARTIFACTS, 'as a legacy format'),
      'docker-image': yes(HARBOR_ARTIFACTS),
      'docker-list': yes(HARBOR_ARTIFACTS),
      'oci-image': yes(HARBOR_ARTIFACTS),
      'oci-index': yes(HARBOR_ARTIFACTS),
      'helm-chart': yes(HARBOR_ARTIFACTS),
      artifact: yes(HARBOR_ARTIFACTS),
      subject: yes(HARBOR_REFERRERS, 'since 2.8'),
      'zstd-layer': yes(HARBOR_ARTIFACTS),
    },
    { maxManifest: { bytes: 4 * MIB, source: 'https://github.com/goharbor/harbor/tree/main/src/server/registry' } },
  ),
  profile('JFrog Artifactory', {
    'docker-schema1': unknown('a repository may be set to refuse it', ARTIFACTORY_DOCKER),
    'docker-image': yes(ARTIFACTORY_DOCKER),
    'docker-list': yes(ARTIFACTORY_DOCKER),
    'oci-image': yes(ARTIFACTORY_DOCKER),
    'oci-index': yes(ARTIFACTORY_DOCKER),
    'helm-chart': yes(ARTIFACTORY_DOCKER),
    artifact: yes(ARTIFACTORY_REFERRERS),
    subject: yes(ARTIFACTORY_REFERRERS, 'since 7.90.1'),
  }),
  profile('Sonatype Nexus', {
    'docker-image': yes(NEXUS_DOCKER),
    'docker-list': yes(NEXUS_DOCKER),
    'oci-image': yes(NEXUS_DOCKER, 'since 3.71'),
    'oci-index': yes(NEXUS_DOCKER, 'since 3.71'),
    artifact: unknown('OCI 1.0 is supported, and artifact types are of 1.1', NEXUS_DOCKER),
    subject: unknown('OCI 1.0 is supported, and subjects are of 1.1', NEXUS_DOCKER),
  }),
  profile(
    'Distribution 2',
    {
      'docker-schema1': yes(DISTRIBUTION_2),
      'docker-image': converted(DISTRIBUTION_2, 'clients that ask by tag and do not accept it get signed schema 1'),
      'docker-list': converted(DISTRIBUTION_2, CHILD_FOR_AMD64),
      'oci-image': yes(DISTRIBUTION_2, 'clients that do not accept it get 404'),
      'oci-index': yes(DISTRIBUTION_2, 'its manifests must be there before it'),
      'nested-index': yes(DISTRIBUTION_2, 'the inner one must be there first'),
      'helm-chart': yes(DISTRIBUTION_2),
      artifact: yes(DISTRIBUTION_2),
      'withdrawn-artifact': no(DISTRIBUTION_2, 'manifests of unknown types are refused'),
      subject: yes(DISTRIBUTION_2, NO_REFERRERS_API),
      'zstd-layer': yes(DISTRIBUTION_2),
      'foreign-layer': no(DISTRIBUTION_2, 'their urls are refused until the operator allows them'),
      'unknown-layer': yes(DISTRIBUTION_2),
    },
    { maxManifest: { bytes: 4 * MIB, source: DISTRIBUTION_2 } },
  ),
  profile(
    'Distribution 3',
    {
      'docker-schema1': no(DISTRIBUTION_3, 'support ended with 3.0'),
      'docker-image': yes(DISTRIBUTION_3),
      'docker-list': converted(DISTRIBUTION_3, CHILD_FOR_AMD64),
      'oci-image': yes(DISTRIBUTION_3, 'clients that do not accept it get 404'),
      'oci-index': yes(DISTRIBUTION_3, 'its manifests must be there before it, unless the operator says otherwise'),
      'nested-index': yes(DISTRIBUTION_3, 'the inner one must be there first'),
      'helm-chart': yes(DISTRIBUTION_3),
      artifact: yes(DISTRIBUTION_3),
      'withdrawn-artifact': no(DISTRIBUTION_3, 'manifests of unknown types are refused'),
      subject: yes(DISTRIBUTION_3, NO_REFERRERS_API),
      'zstd-layer': yes(DISTRIBUTION_3),
      'foreign-layer': no(DISTRIBUTION_3, 'their urls are refused until the operator allows them'),
      'unknown-layer': yes(DISTRIBUTION_3),
    },
    { maxManifest: { bytes: 4 * MIB, source: DISTRIBUTION_3 } },
  ),
  profile('zot', {
    'docker-schema1': no(ZOT_NEWS, 'only Docker schema 2 can be switched on beside OCI'),
    'docker-image': no(ZOT_NEWS, 'it is refused unless the operator switches compatibility on, since 2.1.2'),
    'docker-list': no(ZOT_NEWS, 'it is refused unless the operator switches compatibility on, since 2.1.2'),
    'oci-image': yes(ZOT),
    'oci-index': yes(ZOT),
    'helm-chart': yes(ZOT),
    artifact: yes(ZOT),
    'withdrawn-artifact': unknown('ORAS artifacts are no longer supported', ZOT_NEWS),
    subject: yes(ZOT),
    'zstd-layer': yes(ZOT),
  }),
];
