import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../helpers/foldwise.ts';
import { run } from './tools.ts';

/** The parts of Kubernetes objects that tests look at; all of them may be absent. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>> & {
    readonly selector?: Labels & { readonly matchLabels?: Labels };
    readonly template?: PodTemplate;
    readonly ports?: readonly ServicePort[];
  };
}

export type Labels = Readonly<Record<string, string>>;

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: string;
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly tolerations?: readonly unknown[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Probe {
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly tcpSocket?: { readonly port: string };
}

type Quantities = Readonly<Record<string, string | number>>;

interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly configMap?: { readonly name: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export const OVERLAYS = ['cpu', 'gpu'] as const;

const k8s = path.join(root, 'deploy', 'k8s');
export const filesPod = path.join(k8s, 'files.yaml');

/** What `kubectl apply -k` would send. */
export async function render(overlay: (typeof OVERLAYS)[number]): Promise<string> {
  return run('kubectl', ['kustomize', path.join(k8s, 'overlays', overlay)]);
}

export function parse(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);
}

export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`no ${kind} "${name}"`);
  return found;
}

/** The pods that the objects make, and pods themselves. */
export function podsOf(manifests: readonly Manifest[]): { name: string; pod: PodTemplate }[] {
  return manifests.flatMap((one) => {
    const { name } = one.metadata;
    if (one.kind === 'Pod') return [{ name, pod: one as unknown as PodTemplate }];
    return one.spec?.template ? [{ name, pod: one.spec.template }] : [];
  });
}

/** The only container of what an object makes. */
export function containerOf(manifests: readonly Manifest[], kind: string, name: string): Container {
  const [container] = find(manifests, kind, name).spec!.template!.spec.containers;
  return container!;
}
