import { Labels } from '#model/labels';
import { metaName, objectLabels } from './meta-labels.ts';
import type { Ingress } from './objects.ts';
import { joinedNamespaces, namespaceLabels, type Role } from './role.ts';

/** One target for each path of an ingress. */
export const ingressRole: Role<'ingresses'> = {
  resource: 'ingresses',
  source: 'ingress',
  joins: joinedNamespaces,
  targets: (ingress, surroundings) => ({
    labels: [
      ...namespaceLabels(ingress, surroundings),
      [metaName('ingress_class_name'), ingress.className],
      ...objectLabels(ingress, 'ingress'),
    ],
    targets: pathTargets(ingress),
  }),
};

function pathTargets({ rules, tlsHosts }: Ingress): Labels[] {
  return rules.flatMap(({ host, paths }) => {
    const scheme = tlsHosts.some((pattern) => matchesHost(pattern, host)) ? 'https' : 'http';
    return paths.map((path) =>
      Labels.from({
        __address__: host,
        [metaName('ingress_scheme')]: scheme,
        [metaName('ingress_host')]: host,
        [metaName('ingress_path')]: path,
      }),
    );
  });
}

/** `*` stands for exactly the first part of a name. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return pattern.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.')) === pattern.slice(1);
}
