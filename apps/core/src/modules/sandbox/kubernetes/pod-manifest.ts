import { relative } from "node:path";
import { z } from "zod";
import type { ExecAccess } from "../contract.ts";
import { inside, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import type { EgressAddress } from "./egress-listener.ts";

export const sandboxPodLabel = "dev.opencode/sandbox";
/** "proxy": it may reach the workers' proxies, and nothing else; "none": nothing at all */
export const networkLabel = "dev.opencode/network";
export const ownedByUs = { "app.kubernetes.io/managed-by": "opencode" } as const;
export const containerName = "agent";
const longestLifeSeconds = 24 * 3_600;

export interface PodSettings {
  readonly namespace: string;
  readonly image: string;
  /** a ReadWriteMany claim that holds the workers' DATA_DIR */
  readonly claim: string;
  /** gVisor or another runtime class of the cluster */
  readonly runtimeClass: string | null;
  /** where pods reach this worker's proxies; null: no pod has a way out */
  readonly egress: EgressAddress | null;
}

export function podName(sandboxId: string): string {
  return `opencode-${sandboxId.toLowerCase().replaceAll(/[_.]/g, "-")}`;
}

const quantity = z.string().regex(/^\d+(m|Mi)?$/);
const resources = z.strictObject({ cpu: quantity, memory: quantity, "ephemeral-storage": quantity });
const mount = z.strictObject({
  name: z.enum(["data", "tmp", "shm"]),
  mountPath: z.string().startsWith("/"),
  subPath: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/)
    .refine((path) => !path.split("/").includes(".."))
    .exactOptional(),
  readOnly: z.boolean().exactOptional(),
});
const emptyDir = z.strictObject({
  name: z.enum(["tmp", "shm"]),
  emptyDir: z.strictObject({ medium: z.literal("Memory").exactOptional(), sizeLimit: quantity }),
});
const claim = z.strictObject({ name: z.literal("data"), persistentVolumeClaim: z.strictObject({ claimName: z.string().min(1) }) });
const labels = z.strictObject({
  [sandboxPodLabel]: z.string().min(1),
  [networkLabel]: z.enum(["proxy", "none"]),
  "app.kubernetes.io/managed-by": z.literal("opencode"),
});

/** The only kind of pod that we make: what is not named here is not in it, and what holds it can't be left out. */
export const podSchema = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Pod"),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/), namespace: z.string().min(1), labels }),
  spec: z.strictObject({
    restartPolicy: z.literal("Never"),
    automountServiceAccountToken: z.literal(false),
    enableServiceLinks: z.literal(false),
    hostNetwork: z.literal(false),
    hostPID: z.literal(false),
    hostIPC: z.literal(false),
    hostUsers: z.literal(false),
    activeDeadlineSeconds: z.number().int().max(longestLifeSeconds),
    terminationGracePeriodSeconds: z.number().int().max(5),
    hostname: z.literal("sandbox"),
    dnsPolicy: z.literal("None"),
    dnsConfig: z.strictObject({ nameservers: z.tuple([z.literal("127.0.0.1")]) }),
    runtimeClassName: z.string().min(1).exactOptional(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.number().int().min(1_000),
      runAsGroup: z.number().int().min(1_000),
      seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
    }),
    containers: z.tuple([
      z.strictObject({
        name: z.literal(containerName),
        image: z.string().min(1),
        imagePullPolicy: z.literal("IfNotPresent"),
        command: z.array(z.string()).min(1),
        env: z.array(z.strictObject({ name: z.enum(["HOME", "LANG", "TERM", "PATH"]), value: z.string() })),
        workingDir: z.literal(inside.workspace),
        stdin: z.literal(true),
        stdinOnce: z.literal(true),
        tty: z.literal(false),
        securityContext: z.strictObject({
          allowPrivilegeEscalation: z.literal(false),
          privileged: z.literal(false),
          readOnlyRootFilesystem: z.literal(true),
          capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
        }),
        resources: z.strictObject({ limits: resources, requests: resources }),
        volumeMounts: z.array(mount),
      }),
    ]),
    volumes: z.array(z.union([claim, emptyDir])),
  }),
});
export type PodManifest = z.infer<typeof podSchema>;

/** The sandbox's pod, or a companion's that is held to its `access`, checked by the schema. The places lie on the volume that worker and pods share. */
export function podManifest(input: {
  settings: PodSettings;
  place: SandboxPlace;
  dataDirectory: string;
  program: string;
  image: string | null;
  limits: SandboxLimits;
  uid: number;
  network: "proxy" | "none";
  access?: ExecAccess | undefined;
}): PodManifest {
  const { settings, place, limits, uid, network } = input;
  const isReading = input.access?.workspace === "read-only";
  const onVolume = (path: string) => relative(input.dataDirectory, path);
  const shared = (path: string, mountPath: string, readOnly = false) => ({
    name: "data" as const,
    mountPath,
    subPath: onVolume(path),
    ...(readOnly && { readOnly }),
  });
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)}Mi`;
  const most = {
    cpu: `${Math.round(limits.cpus * 1_000)}m`,
    memory: mebibytes(limits.memoryBytes),
    "ephemeral-storage": mebibytes(limits.tmpBytes * 2),
  };
  return podSchema.parse({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: podName(place.sandboxId), namespace: settings.namespace, labels: labelsOf(place.sandboxId, network) },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...{ hostNetwork: false, hostPID: false, hostIPC: false, hostUsers: false },
      activeDeadlineSeconds: longestLifeSeconds,
      terminationGracePeriodSeconds: 1,
      hostname: "sandbox",
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["127.0.0.1"] },
      ...(settings.runtimeClass !== null && { runtimeClassName: settings.runtimeClass }),
      securityContext: { runAsNonRoot: true, runAsUser: uid, runAsGroup: uid, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: containerName,
          image: input.image ?? settings.image,
          imagePullPolicy: "IfNotPresent",
          command: ["node", "--no-warnings", "--max-old-space-size=256", `${inside.program}/main.mjs`],
          env: Object.entries({ HOME: inside.home, LANG: "C.UTF-8", TERM: "dumb", PATH: inside.path }).map(([name, value]) => ({
            name,
            value,
          })),
          workingDir: inside.workspace,
          ...{ stdin: true, stdinOnce: true, tty: false },
          securityContext: {
            allowPrivilegeEscalation: false,
            privileged: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          resources: { limits: most, requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" } },
          volumeMounts: [
            shared(place.workspace, inside.workspace, isReading),
            shared(place.control, inside.control),
            shared(place.outputs, inside.outputs),
            shared(place.home, inside.home, isReading),
            shared(place.egress, inside.egress, true),
            shared(input.program, inside.program, true),
            { name: "tmp", mountPath: "/tmp" },
            { name: "shm", mountPath: "/dev/shm" },
          ],
        },
      ],
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: settings.claim } },
        { name: "tmp", emptyDir: { sizeLimit: mebibytes(limits.tmpBytes) } },
        { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
      ],
    },
  });
}

function labelsOf(sandboxId: string, network: "proxy" | "none") {
  return { [sandboxPodLabel]: podName(sandboxId), [networkLabel]: network, ...ownedByUs };
}
