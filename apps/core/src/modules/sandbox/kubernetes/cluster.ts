import { Duplex, PassThrough } from "node:stream";
import { ApiException, Attach, CoreV1Api, Exec, KubeConfig, NetworkingV1Api, type V1Pod, VersionApi } from "@kubernetes/client-node";
import { AppError } from "../../../platform/errors.ts";
import { type EgressAddress, isAnswered } from "./egress-listener.ts";
import { denyAllPolicy, egressAnnotation, egressPolicy } from "./network-policies.ts";
import { containerName, type PodManifest } from "./pod-manifest.ts";

/** The calls of a cluster's API that we make; every refusal of it in words for people. */
export interface Cluster {
  version(): Promise<string>;
  /** Makes sure that the policies of our pods are there, and that none lets them reach what a worker has left. */
  protect(egress: EgressAddress | null): Promise<void>;
  /** false: there is one of that name already */
  create(manifest: PodManifest): Promise<boolean>;
  /** null: there is no such pod */
  read(name: string): Promise<V1Pod | null>;
  /** `uid`: only this one, and not another that has got its name meanwhile */
  remove(name: string, uid?: string): Promise<void>;
  /** the standard streams of the pod's program */
  attach(name: string): Promise<Duplex>;
  /** those of a program that is started in it; null: it can't be */
  exec(name: string, command: readonly string[]): Promise<Duplex | null>;
}

export function clusterOf(config: KubeConfig, namespace: string): Cluster {
  const core = config.makeApiClient(CoreV1Api);
  return {
    version: () => asking(async () => (await config.makeApiClient(VersionApi).getCode()).gitVersion),
    protect: (egress) =>
      asking(async () => {
        const api = config.makeApiClient(NetworkingV1Api);
        for (const body of [denyAllPolicy(namespace), ...(egress ? [egressPolicy(namespace, egress)] : [])]) {
          await api.createNamespacedNetworkPolicy({ namespace, body }).catch((error: unknown) => ignore(error, 409));
        }
        await removeLeftPolicies(api, namespace, egress);
      }),
    create: (manifest) =>
      asking(async () => {
        const made = await core.createNamespacedPod({ namespace, body: manifest }).catch((error: unknown) => ignore(error, 409));
        return made !== null;
      }),
    read: (name) => asking(() => core.readNamespacedPod({ name, namespace }).catch((error: unknown) => ignore(error, 404))),
    remove: (name, uid) =>
      asking(async () => {
        const body = { gracePeriodSeconds: 0, ...(uid !== undefined && { preconditions: { uid } }) };
        await core
          .deleteNamespacedPod({ name, namespace, body })
          .catch((error: unknown) => ignore(error, 404, ...(uid === undefined ? [] : [409])));
      }),
    attach: async (name) => {
      const { stream, output, input } = streams();
      const socket = await asking(() => new Attach(config).attach(namespace, name, containerName, output, null, input, false));
      return bound(stream, socket);
    },
    exec: async (name, command) => {
      const { stream, output, input } = streams();
      try {
        const socket = await new Exec(config).exec(namespace, name, containerName, [...command], output, null, input, false, () =>
          output.end(),
        );
        return bound(stream, socket);
      } catch {
        return null;
      }
    },
  };
}

/** An address at which no worker answers any more may be another pod's tomorrow. */
async function removeLeftPolicies(api: NetworkingV1Api, namespace: string, own: EgressAddress | null): Promise<void> {
  const { items } = await api.listNamespacedNetworkPolicy({ namespace, labelSelector: "app.kubernetes.io/managed-by=opencode" });
  for (const { metadata } of items) {
    const [host, port] = metadata?.annotations?.[egressAnnotation]?.split(" ") ?? [];
    const name = metadata?.name;
    if (!host || !port || !name || (own?.host === host && String(own.port) === port)) continue;
    if (await isAnswered({ host, port: Number(port) })) continue;
    await api.deleteNamespacedNetworkPolicy({ name, namespace }).catch((error: unknown) => ignore(error, 404));
  }
}

/** The account that the cluster gives the worker, or what KUBECONFIG names. */
export function defaultConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}

function streams() {
  const input = new PassThrough();
  const output = new PassThrough();
  return { input, output, stream: Duplex.from({ readable: output, writable: input }) };
}

function bound(stream: Duplex, socket: { close(): void; onclose: unknown }): Duplex {
  stream.once("close", () => socket.close());
  stream.on("error", () => socket.close());
  socket.onclose = () => stream.destroy();
  return stream;
}

function ignore(error: unknown, ...codes: readonly number[]): null {
  if (error instanceof ApiException && codes.includes(error.code)) return null;
  throw error;
}

async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What the API server said, as something that a person can act on. */
function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const said = error instanceof ApiException ? messageOf(error.body) : "";
  const code = error instanceof ApiException ? error.code : 0;
  const unavailable = (text: string) => new AppError("UNAVAILABLE", text, { cause: error, retryAfterSeconds: 30 });
  if (code === 403 && /quota/i.test(said))
    return unavailable(
      "The cluster's quota for sandboxes is used up. Try again when others have ended, or raise the namespace's ResourceQuota.",
    );
  if (code === 401 || code === 403)
    return unavailable(
      "The cluster refuses us: the worker's account may not do this. It needs pods, pods/exec, pods/attach and networkpolicies (create, list, delete) in the sandboxes' namespace.",
    );
  if (code === 404) return unavailable("The cluster does not know the namespace of the sandboxes.");
  if (code === 422 || code === 400) return unavailable("The cluster did not take the sandbox's pod. The worker's log says why.");
  return unavailable("The cluster's API does not answer. Trying again is safe.");
}

function messageOf(body: unknown): string {
  if (typeof body === "string") return body;
  return typeof body === "object" && body !== null && "message" in body && typeof body.message === "string" ? body.message : "";
}
