import { find, type Labels, type Manifest, OVERLAYS, parse, podsOf, render } from './manifests.ts';
import { testWith } from './tools.ts';

interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly { readonly from: readonly Peer[]; readonly ports: readonly Port[] }[];
  readonly egress?: readonly { readonly to: readonly Peer[]; readonly ports: readonly Port[] }[];
}

interface Selector {
  readonly matchLabels?: Labels;
}

interface Peer {
  readonly podSelector?: Selector;
}

interface Port {
  readonly protocol: string;
  readonly port: number;
}

for (const overlay of OVERLAYS) {
  testWith(['kubectl'], `${overlay}: services lead to the ports of their pods`, async (t) => {
    const manifests = parse(await render(overlay));
    const services = manifests.filter(({ kind }) => kind === 'Service');
    t.deepEqual(services.map(({ metadata }) => metadata.name).sort(), ['coordinator', 'nats']);
    for (const { metadata, spec } of services) {
      const chosen = podsOf(manifests).filter(({ pod }) =>
        isChosen(spec!.selector!, pod.metadata.labels),
      );
      t.deepEqual(
        chosen.map(({ name }) => name),
        [metadata.name],
      );
      const ports = chosen.flatMap(({ pod }) =>
        pod.spec.containers.flatMap((one) => one.ports ?? []),
      );
      for (const { port, targetPort } of spec!.ports!) {
        t.is(ports.find((open) => open.name === targetPort)?.containerPort, port);
      }
    }
  });

  testWith(['kubectl'], `${overlay}: nothing is let through but DNS, gRPC and NATS`, async (t) => {
    const manifests = parse(await render(overlay));
    t.deepEqual(policyOf(manifests, 'default-deny'), {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    t.deepEqual(
      policyOf(manifests, 'dns').egress?.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [53, 53],
    );
    const names = manifests
      .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name !== 'dns')
      .map(({ metadata }) => metadata.name);
    t.deepEqual(names.flatMap((name) => waysOf(manifests, name)).sort(), [
      'coordinator to nats:4222',
      'coordinator to nats:4222, accepted',
      'workers to coordinator:50051',
      'workers to coordinator:50051, accepted',
    ]);
  });
}

const policyOf = (manifests: readonly Manifest[], name: string): Policy =>
  find(manifests, 'NetworkPolicy', name).spec as unknown as Policy;

/** Who may reach whom by a policy; either side of a connection has to allow it. */
function waysOf(manifests: readonly Manifest[], name: string): string[] {
  const { podSelector, ingress = [], egress = [] } = policyOf(manifests, name);
  const chosen = (selector?: Selector): string[] =>
    podsOf(manifests)
      .filter(({ pod }) => isChosen(selector?.matchLabels ?? {}, pod.metadata.labels))
      .map((pod) => pod.name);
  const self = chosen(podSelector);
  const peers = (all: readonly Peer[]): string[] => all.flatMap((peer) => chosen(peer.podSelector));
  return [
    ...egress.flatMap(({ to, ports }) =>
      ports.map(({ port }) => `${self.join()} to ${peers(to).join()}:${port}`),
    ),
    ...ingress.flatMap(({ from, ports }) =>
      ports.map(({ port }) => `${peers(from).join()} to ${self.join()}:${port}, accepted`),
    ),
  ];
}

function isChosen(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
