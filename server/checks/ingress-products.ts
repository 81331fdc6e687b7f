/** A kind of controller that takes Ingresses or Gateways, and how it is known. */
export interface IngressProduct {
  /** As its owner calls it. */
  name: string;
  /** What the class of its objects names as controller. */
  classes: RegExp;
  /** Values of the label `app.kubernetes.io/name` of the pods that answer; the first that is met counts. */
  labels: readonly string[];
  /** Names of workloads that are it, where labels do not tell. */
  names: RegExp;
  /** It is there for other things too, or its pods are called like others': only a class tells that it is meant. */
  byClassOnly?: true;
}

/** By what k3s, RKE2, MicroK8s, the charts and manifests of the makers install. */
export const ingressProducts: readonly IngressProduct[] = [
  { name: 'Traefik', classes: /^traefik\./, labels: ['traefik'], names: /^(?:[\w.-]+-)?traefik$/ },
  {
    name: 'ingress-nginx',
    classes: /ingress-nginx/,
    labels: ['ingress-nginx', 'rke2-ingress-nginx'],
    names: /^(?:[\w.-]+-)?(?:ingress-nginx-controller|nginx-ingress(?:-microk8s)?-controller)$/,
  },
  {
    name: 'NGINX Ingress Controller',
    classes: /^nginx\.org\//,
    labels: ['nginx-ingress'],
    names: /^(?:[\w.-]+-)?nginx-ingress$/,
  },
  {
    name: 'HAProxy',
    classes: /haproxy/,
    labels: ['kubernetes-ingress', 'haproxy-ingress'],
    names: /^(?:[\w.-]+-)?haproxy(?:-kubernetes)?-ingress$/,
  },
  {
    name: 'Kong',
    classes: /kong/,
    labels: ['kong'],
    names: /^(?:[\w.-]+-)?kong(?:-gateway|-proxy)?$/,
  },
  {
    name: 'Envoy Gateway',
    classes: /^gateway\.envoyproxy\.io\//,
    labels: ['envoy'],
    names: /^envoy-[\w.-]+$/,
    byClassOnly: true,
  },
  {
    name: 'Contour',
    classes: /^projectcontour\.io\//,
    labels: [],
    names: /^(?:[\w.-]+-)?envoy$/,
    byClassOnly: true,
  },
  {
    name: 'NGINX Gateway Fabric',
    classes: /^gateway\.nginx\.org\//,
    labels: ['nginx-gateway-fabric', 'nginx-gateway'],
    names: /^(?:[\w.-]+-)?nginx-gateway(?:-fabric)?$/,
    byClassOnly: true,
  },
  {
    name: 'Cilium',
    classes: /^(?:io\.cilium|cilium\.io)\//,
    labels: ['cilium-envoy', 'cilium-agent'],
    names: /^cilium(?:-envoy)?$/,
    byClassOnly: true,
  },
  {
    name: 'Istio',
    classes: /^istio\.io\//,
    labels: ['istio-ingressgateway'],
    names: /^(?:[\w.-]+-)?istio-ingressgateway$/,
    byClassOnly: true,
  },
];

/** Labels by which the pods of a Gateway name it, where each has its own. */
export const gatewayLabels = [
  'gateway.networking.k8s.io/gateway-name',
  'gateway.envoyproxy.io/owning-gateway-name',
] as const;

/** The product that a class names as its controller, null if it is none of those that are known. */
export function productOfClass(controller: string): IngressProduct | null {
  return ingressProducts.find(({ classes }) => classes.test(controller)) ?? null;
}
