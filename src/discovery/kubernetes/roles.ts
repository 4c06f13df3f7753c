import type { KubernetesSdConfig } from '../configs/kubernetes.ts';
import type { AnyRole } from './role.ts';
import { endpointsRole } from './role-endpoints.ts';
import { endpointSliceRole } from './role-endpointslice.ts';
import { ingressRole } from './role-ingress.ts';
import { nodeRole } from './role-node.ts';
import { podRole } from './role-pod.ts';
import { serviceRole } from './role-service.ts';

/** All roles; the role `x` has the selectors of `x`. */
export const ROLES: { readonly [K in NonNullable<KubernetesSdConfig['role']>]: AnyRole } = {
  pod: podRole,
  service: serviceRole,
  endpoints: endpointsRole,
  endpointslice: endpointSliceRole,
  node: nodeRole,
  ingress: ingressRole,
};
