import { Labels } from '#model/labels';
import { objectLabels, PREFIX } from './meta-labels.ts';
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
      [`${PREFIX}ingress_class_name`, ingress.className],
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
        [`${PREFIX}ingress_scheme`]: scheme,
        [`${PREFIX}ingress_host`]: host,
        [`${PREFIX}ingress_path`]: path,
      }),
    );
  });
}

/** `*` stands for exactly the first part of a name. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return pattern.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.')) === pattern.slice(1);
}
