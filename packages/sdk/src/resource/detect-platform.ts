import type { Attributes } from '@opentelemetry/api';
import { present } from './resource-attributes.ts';
import type { Surroundings } from './surroundings.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** `k8s.*` inside a pod, from what the kubelet sets and from the variables that manifests fill by custom. */
export function detectKubernetes(here: Surroundings): Attributes {
  const env = here.environment;
  const inPod = Boolean(env['KUBERNETES_SERVICE_HOST']);
  return present({
    'k8s.pod.name': env['K8S_POD_NAME'] || env['POD_NAME'] || (inPod ? env['HOSTNAME'] : undefined),
    'k8s.pod.uid': env['K8S_POD_UID'] || env['POD_UID'],
    'k8s.namespace.name':
      env['K8S_NAMESPACE_NAME'] ||
      env['POD_NAMESPACE'] ||
      (inPod ? here.readFile(`${SERVICE_ACCOUNT}/namespace`)?.trim() : undefined),
    'k8s.deployment.name': env['K8S_DEPLOYMENT_NAME'],
    'k8s.container.name': env['K8S_CONTAINER_NAME'],
    'k8s.node.name': env['K8S_NODE_NAME'],
    'k8s.cluster.name': env['K8S_CLUSTER_NAME'],
  });
}

/** `cloud.*` and `faas.*` from the variables that AWS, Google Cloud and Azure set for what runs on them. */
export function detectCloud(here: Surroundings): Attributes {
  const env = here.environment;
  return { ...hints(env), ...(aws(env) ?? googleCloud(env) ?? azure(env)) };
}

type Environment = Surroundings['environment'];

function hints(env: Environment): Attributes {
  return present({
    'cloud.provider': env['CLOUD_PROVIDER'],
    'cloud.region': env['AWS_REGION'] || env['AWS_DEFAULT_REGION'],
  });
}

function aws(env: Environment): Attributes | undefined {
  if (env['AWS_LAMBDA_FUNCTION_NAME']) {
    const memoryMiB = Number(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] || Number.NaN);
    return present({
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'cloud.region': env['AWS_REGION'],
      'faas.name': env['AWS_LAMBDA_FUNCTION_NAME'],
      'faas.version': env['AWS_LAMBDA_FUNCTION_VERSION'],
      'faas.instance': env['AWS_LAMBDA_LOG_STREAM_NAME'],
      'faas.max_memory': Number.isFinite(memoryMiB) ? memoryMiB * 1_048_576 : undefined,
    });
  }
  if (env['ECS_CONTAINER_METADATA_URI_V4'] || env['ECS_CONTAINER_METADATA_URI']) {
    return present({ 'cloud.provider': 'aws', 'cloud.platform': 'aws_ecs', 'cloud.region': env['AWS_REGION'] });
  }
  if (env['ELASTIC_BEANSTALK_ENVIRONMENT_NAME']) {
    return { 'cloud.provider': 'aws', 'cloud.platform': 'aws_elastic_beanstalk' };
  }
  return undefined;
}

function googleCloud(env: Environment): Attributes | undefined {
  const account = env['GOOGLE_CLOUD_PROJECT'] || env['GCLOUD_PROJECT'] || env['GCP_PROJECT'];
  const common = { 'cloud.provider': 'gcp', 'cloud.account.id': account, 'cloud.region': env['GOOGLE_CLOUD_REGION'] };
  if (env['GAE_SERVICE']) {
    return present({
      ...common,
      'cloud.platform': 'gcp_app_engine',
      'faas.name': env['GAE_SERVICE'],
      'faas.version': env['GAE_VERSION'],
      'faas.instance': env['GAE_INSTANCE'],
    });
  }
  if (!env['K_SERVICE'] || !env['K_REVISION']) return undefined;
  return present({
    ...common,
    'cloud.platform': env['FUNCTION_TARGET'] ? 'gcp_cloud_functions' : 'gcp_cloud_run',
    'faas.name': env['K_SERVICE'],
    'faas.version': env['K_REVISION'],
  });
}

function azure(env: Environment): Attributes | undefined {
  const common = { 'cloud.provider': 'azure', 'cloud.region': env['REGION_NAME'] };
  if (env['FUNCTIONS_EXTENSION_VERSION'] && env['WEBSITE_SITE_NAME']) {
    return present({
      ...common,
      'cloud.platform': 'azure_functions',
      'faas.name': env['WEBSITE_SITE_NAME'],
      'faas.instance': env['WEBSITE_INSTANCE_ID'],
    });
  }
  if (env['WEBSITE_SITE_NAME']) {
    return present({
      ...common,
      'cloud.platform': 'azure_app_service',
      'deployment.environment.name': env['WEBSITE_SLOT_NAME'],
      'host.id': env['WEBSITE_HOSTNAME'],
      'service.instance.id': env['WEBSITE_INSTANCE_ID'],
    });
  }
  if (!env['CONTAINER_APP_NAME']) return undefined;
  return present({
    'cloud.provider': 'azure',
    'cloud.platform': 'azure_container_apps',
    'service.instance.id': env['CONTAINER_APP_REPLICA_NAME'],
  });
}
