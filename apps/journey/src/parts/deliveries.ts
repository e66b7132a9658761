import type { Authentication, DialectName } from '@strata/registry-events';
import { aDistributionEvent, anEnvelope } from '@strata/registry-events/testing';

/** An image that was pushed by tag, as far as its registry tells of it. */
export interface ToldImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly mediaType: string;
  /** The manifest, for a sender that sends it along. */
  readonly bytes: Uint8Array;
  /** Makes each telling an event of its own. */
  readonly id: string;
}

/** How one kind of registry tells of a push. */
export interface Teller {
  /** What its configuration says besides the dialect's usual; `issuer` is an OpenID provider of the test. */
  readonly authentication?: (issuer: string) => Authentication;
  /** The repository under which the registry serves what the event calls `team/app`. Default: the same. */
  readonly servedAs?: (repository: string) => string;
  readonly delivery: (image: ToldImage) => {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

const time = '2026-08-20T10:15:30Z';
const structured = { 'content-type': 'application/cloudevents+json' };
const target = ({ repository, tag, digest, mediaType }: ToldImage) => ({ repository, tag, digest, mediaType, size: 1 });
const parts = (repository: string) => ({
  owner: repository.slice(0, repository.indexOf('/')),
  name: repository.slice(repository.indexOf('/') + 1),
});

/** One line per dialect: a new one without a line does not compile. */
export const tellers: Readonly<Record<DialectName, Teller>> = {
  distribution: {
    delivery: (image) => ({
      body: { events: [aDistributionEvent({ id: image.id, target: { url: '', ...target(image) } })] },
    }),
  },
  gitlab: {
    delivery: (image) => ({
      body: JSON.parse(
        anEnvelope(aDistributionEvent({ id: image.id, target: { url: '', ...target(image) } })).toString(),
      ),
    }),
  },
  harbor: {
    delivery: ({ id, repository, tag, digest }) => ({
      headers: structured,
      body: {
        ...{ specversion: '1.0', id, source: '/projects/7/webhook/policies/3', type: 'harbor.artifact.pushed', time },
        operator: 'ci-bot',
        data: { resources: [{ digest, tag }], repository: { repo_full_name: repository } },
      },
    }),
  },
  quay: {
    delivery: ({ repository, tag }) => ({
      body: { repository, docker_url: `quay.io/${repository}`, updated_tags: [tag] },
    }),
  },
  dockerhub: {
    delivery: ({ id, repository, tag }) => ({
      body: {
        callback_url: `https://registry.hub.docker.com/u/${repository}/hook/${id}/`,
        push_data: { pushed_at: 1_786_875_330, pusher: 'ci-bot', tag },
        repository: { repo_name: repository },
      },
    }),
  },
  ghcr: {
    delivery: ({ id, repository, tag, digest }) => ({
      headers: { 'x-github-event': 'package', 'x-github-delivery': id },
      body: {
        action: 'published',
        package: {
          ...{ name: parts(repository).name, package_type: 'CONTAINER', owner: { login: parts(repository).owner } },
          package_version: { version: digest, name: digest, container_metadata: { tag: { name: tag, digest } } },
        },
        sender: { login: 'octo' },
      },
    }),
  },
  gitea: {
    delivery: ({ id, repository, tag }) => ({
      headers: { 'x-gitea-event': 'package', 'x-gitea-delivery': id },
      body: {
        action: 'created',
        package: {
          type: 'container',
          version: tag,
          name: parts(repository).name,
          owner: { login: parts(repository).owner },
        },
        sender: { login: 'ci-bot' },
      },
    }),
  },
  zot: {
    delivery: ({ id, repository, tag, digest, mediaType, bytes }) => ({
      headers: {
        ...{ 'ce-specversion': '1.0', 'ce-id': id, 'ce-type': 'zotregistry.image.updated' },
        ...{ 'ce-source': 'zotregistry.dev', 'ce-time': time },
      },
      body: { name: repository, reference: tag, digest, mediaType, manifest: Buffer.from(bytes).toString() },
    }),
  },
  ecr: {
    delivery: ({ id, repository, tag, digest }) => ({
      body: {
        ...{ version: '0', id, 'detail-type': 'ECR Image Action', source: 'aws.ecr', time, resources: [] },
        detail: {
          ...{ result: 'SUCCESS', 'action-type': 'PUSH', 'repository-name': repository },
          ...{ 'image-digest': digest, 'image-tag': tag },
        },
      },
    }),
  },
  acr: {
    delivery: (image) => ({ body: { id: image.id, timestamp: time, action: 'push', target: target(image) } }),
  },
  'event-grid': {
    delivery: (image) => ({
      body: [
        {
          ...{
            id: image.id,
            eventType: 'Microsoft.ContainerRegistry.ImagePushed',
            eventTime: time,
            dataVersion: '1.0',
          },
          data: { id: image.id, timestamp: time, action: 'push', target: target(image) },
        },
      ],
    }),
  },
  'artifact-registry': {
    authentication: (issuer) => ({ scheme: 'oidc', issuer, audience: 'strata' }),
    servedAs: (repository) => `project/docker/${repository}`,
    delivery: ({ id, repository, tag, digest }) => {
      const name = `europe-docker.pkg.dev/project/docker/${repository}`;
      const data = JSON.stringify({ action: 'INSERT', digest: `${name}@${digest}`, tag: `${name}:${tag}` });
      return { body: { message: { data: Buffer.from(data).toString('base64'), messageId: id, publishTime: time } } };
    },
  },
  artifactory: {
    servedAs: (repository) => `docker-local/${repository}`,
    delivery: ({ repository, tag, digest }) => ({
      body: {
        ...{ domain: 'docker', event_type: 'pushed', subscription_key: 'strata', source: 'jfrog/ci-bot' },
        data: {
          ...{ repo_key: 'docker-local', image_name: repository, tag, sha256: digest.replace('sha256:', '') },
          path: `${repository}/${tag}/manifest.json`,
        },
      },
    }),
  },
  nexus: {
    delivery: ({ id, repository, tag }) => ({
      headers: { 'x-nexus-webhook-id': 'rm:repository:component', 'x-nexus-webhook-delivery': id },
      body: {
        ...{ timestamp: '2026-08-20T10:15:30.664+0000', initiator: 'ci-bot/10.0.0.7', repositoryName: 'docker-hosted' },
        action: 'CREATED',
        component: { format: 'docker', name: repository, version: tag },
      },
    }),
  },
  alibaba: {
    delivery: ({ repository, tag, digest }) => ({
      body: {
        push_data: { digest, pushed_at: '2026-08-20 18:15:30', tag },
        repository: { ...parts(repository), namespace: parts(repository).owner, repo_full_name: repository },
      },
    }),
  },
  'cloud-events': {
    authentication: () => ({ scheme: 'standard-webhooks' }),
    delivery: ({ id, repository, tag, digest }) => ({
      headers: structured,
      body: {
        ...{ specversion: '1.0', id, source: '/pipeline', type: 'strata.image.pushed', time },
        data: { repository, tag, digest },
      },
    }),
  },
};
