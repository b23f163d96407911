import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

const sha256 = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
const types = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};

/** What of this machine makes a system in which the agent runs: bash, a few programs, and the libraries of those and of Node. */
function smallSystem(): Buffer {
  const programs = [
    "/bin/bash",
    "/bin/sh",
    "/bin/cat",
    "/bin/ls",
    "/usr/bin/mkfifo",
    "/usr/bin/du",
    "/usr/bin/head",
    "/usr/bin/env",
    "/usr/bin/tr",
  ];
  const libraries = new Set(
    [...programs, process.execPath].flatMap((file) => execFileSync("ldd", [file], { encoding: "utf8" }).match(/\/\S+(?= \()/g) ?? []),
  );
  const names = [...programs, ...libraries].map((file) => file.slice(1));
  return execFileSync("tar", ["-C", "/", "--dereference", "--hard-dereference", "-c", ...new Set(names)], { maxBuffer: 256 * 1024 ** 2 });
}

export interface TinyRegistry {
  /** `127.0.0.1:<port>`, which Docker asks without TLS */
  readonly host: string;
  /** what was asked for, "GET /v2/…" */
  readonly asked: string[];
  close(): Promise<void>;
}

/**
 * Docker's registry protocol as far as a pull needs it, over one image. By the first part of its name it is `good`, `missing`,
 * `locked` (the registry wants a sign-in), `forged` (its layer is not what the digest says) or `torn` (its layer is not there).
 */
export async function startTinyRegistry(environment: readonly string[]): Promise<TinyRegistry> {
  const tar = smallSystem();
  const layer = gzipSync(tar, { level: 1 });
  // A digest that the daemon has met is not asked for again.
  const strange = sha256(randomBytes(32));
  const configOf = (isGood: boolean) =>
    Buffer.from(
      JSON.stringify({
        architecture: process.arch === "arm64" ? "arm64" : "amd64",
        os: "linux",
        config: { Env: environment, Cmd: ["/bin/false"], User: "0" },
        rootfs: { type: "layers", diff_ids: [isGood ? sha256(tar) : strange] },
        history: [{ created: "2026-01-01T00:00:00Z", created_by: "test" }],
      }),
    );
  const manifestOf = (isGood: boolean) => {
    const config = configOf(isGood);
    return Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        config: { mediaType: types.config, size: config.length, digest: sha256(config) },
        layers: [{ mediaType: types.layer, size: layer.length, digest: isGood ? sha256(layer) : strange }],
      }),
    );
  };
  const asked: string[] = [];
  const send = (response: ServerResponse, type: string, content: Buffer) =>
    response
      .writeHead(200, { "content-type": type, "content-length": content.length, "docker-content-digest": sha256(content) })
      .end(content);
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [, name = "", kind, reference = ""] = /^\/v2\/([\w/-]+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? "") ?? [];
    const isGood = name.startsWith("good/");
    const problem = (status: number, code: string) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
    if (request.url === "/v2/") response.writeHead(200, { "docker-distribution-api-version": "registry/2.0" }).end("{}");
    else if (name.startsWith("locked/")) problem(401, "UNAUTHORIZED");
    else if (name.startsWith("missing/")) problem(404, "MANIFEST_UNKNOWN");
    else if (kind === "manifests") send(response, types.manifest, manifestOf(isGood));
    else if (reference === sha256(configOf(isGood))) send(response, types.config, configOf(isGood));
    else if (reference === sha256(layer)) send(response, types.layer, layer);
    else if (reference === strange && name.startsWith("forged/")) send(response, types.layer, layer);
    else problem(404, "BLOB_UNKNOWN");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
