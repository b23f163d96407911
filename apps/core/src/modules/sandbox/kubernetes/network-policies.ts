import { isIPv6 } from "node:net";
import type { EgressAddress } from "./egress-listener.ts";
import { networkLabel, ownedByUs, sandboxPodLabel } from "./pod-manifest.ts";

const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" } as const;
/** at which address the policy lets pods reach a worker's proxies */
export const egressAnnotation = "dev.opencode/egress";

/** Of all our pods: nothing comes in, nothing goes out. The agent is spoken to through the API server, which needs neither. */
export function denyAllPolicy(namespace: string) {
  return {
    ...policy,
    metadata: { name: "opencode-sandboxes", namespace, labels: ownedByUs },
    spec: {
      podSelector: { matchExpressions: [{ key: sandboxPodLabel, operator: "Exists" }] },
      policyTypes: ["Ingress" as const, "Egress" as const],
      ingress: [],
      egress: [],
    },
  };
}

/** Of our pods that have a network: out to this one worker's proxies, which judge each request; policies add up. */
export function egressPolicy(namespace: string, { host, port }: EgressAddress) {
  const name = `opencode-egress-${host.replaceAll(/[^0-9a-f]+/gi, "-").toLowerCase()}-${port}`;
  return {
    ...policy,
    metadata: { name, namespace, labels: ownedByUs, annotations: { [egressAnnotation]: `${host} ${port}` } },
    spec: {
      podSelector: { matchLabels: { [networkLabel]: "proxy" } },
      policyTypes: ["Egress" as const],
      egress: [{ to: [{ ipBlock: { cidr: `${host}/${isIPv6(host) ? 128 : 32}` } }], ports: [{ protocol: "TCP" as const, port }] }],
    },
  };
}
