import { errorMessage } from '#lib/errors';
import { Backoff } from '../backoff.ts';
import type { KubernetesSdConfig } from '../configs/kubernetes.ts';
import type { Discoverer, DiscoveryReport, FoundGroups } from '../discoverer.ts';
import type { Cluster, Lent } from '../kubernetes/clusters.ts';
import type { ObjectWatch, WatchSpec } from '../kubernetes/object-watch.ts';
import { RESOURCES, type ResourceName } from '../kubernetes/resources.ts';
import type { AnyRole, AttachMetadata } from '../kubernetes/role.ts';
import { RoleTargets } from '../kubernetes/role-targets.ts';
import { ROLES } from '../kubernetes/roles.ts';
import type { MechanismParts } from '../registry-parts.ts';
import { Wakeup } from '../wakeup.ts';

/**
 * Targets in a Kubernetes cluster, for one role: its objects are watched and joined with what else is known of them. One
 * group for each object; only those that came to differ are given. While the API does not answer, or answers nonsense,
 * what was found stands.
 */
export function kubernetesDiscoverer(
  config: KubernetesSdConfig,
  parts: MechanismParts,
  report: DiscoveryReport,
): Discoverer {
  return { run: (signal) => discover(config, { parts, report, signal }) };
}

interface Run {
  readonly parts: MechanismParts;
  readonly report: DiscoveryReport;
  readonly signal: AbortSignal;
}

async function* discover(config: KubernetesSdConfig, run: Run): AsyncGenerator<FoundGroups> {
  const { parts, report, signal } = run;
  const cluster = parts.clusters.cluster(config);
  const lent: Lent<ObjectWatch>[] = [];
  const wakeup = new Wakeup(signal);
  let targets: RoleTargets | null = null;
  try {
    const namespaces = await namespacesOf(config, cluster.value, run);
    lent.push(...watchSpecs(config, namespaces).map((spec) => cluster.value.watch(spec)));
    const watches = lent.map(({ value }) => value);
    targets = new RoleTargets({
      role: roleOf(config),
      attach: attachOf(config),
      watches,
      onChange: () => wakeup.wake(),
    });
    yield* groupsOf(targets, { wakeup, report, signal });
  } finally {
    targets?.close();
    for (const watch of lent) watch.release();
    cluster.release();
  }
}

async function* groupsOf(
  targets: RoleTargets,
  {
    wakeup,
    report,
    signal,
  }: { readonly wakeup: Wakeup; readonly report: DiscoveryReport; readonly signal: AbortSignal },
): AsyncGenerator<FoundGroups> {
  let given = false;
  let uncollected = false;
  const collect = () => {
    uncollected = false;
    wakeup.wake();
    return targets.collect();
  };
  while (!signal.aborted) {
    report(targets.error);
    if (!uncollected && (given ? targets.pending : targets.complete)) {
      given = true;
      uncollected = true;
      yield collect;
    } else {
      await wakeup.next();
    }
  }
}

async function namespacesOf({ namespaces }: KubernetesSdConfig, cluster: Cluster, run: Run): Promise<string[]> {
  const names = [...(namespaces?.names ?? [])];
  if (namespaces?.ownNamespace) names.push(await ownNamespace(cluster, run));
  return names.length === 0 ? [''] : [...new Set(names)];
}

async function ownNamespace(cluster: Cluster, { parts, report, signal }: Run): Promise<string> {
  const backoff = new Backoff();
  for (;;) {
    try {
      return await cluster.ownNamespace();
    } catch (error) {
      report(errorMessage(error));
      await parts.clock.sleep(backoff.next(), signal);
    }
  }
}

function watchSpecs(config: KubernetesSdConfig, namespaces: readonly string[]): WatchSpec[] {
  const role = roleOf(config);
  const resources = [role.resource, ...role.joins(attachOf(config))];
  return resources.flatMap((resource) =>
    (RESOURCES[resource].namespaced ? namespaces : ['']).map((namespace) => ({
      resource,
      namespace,
      ...selectorsOf(config, resource),
    })),
  );
}

function selectorsOf({ selectors }: KubernetesSdConfig, resource: ResourceName) {
  const selector = selectors.find(({ role }) => role !== undefined && ROLES[role].resource === resource);
  return { labelSelector: selector?.label ?? '', fieldSelector: selector?.field ?? '' };
}

function roleOf({ role }: KubernetesSdConfig): AnyRole {
  return ROLES[role!];
}

function attachOf({ attachMetadata }: KubernetesSdConfig): AttachMetadata {
  return attachMetadata ?? { node: false, namespace: false, deployment: false, job: false, cronjob: false };
}
