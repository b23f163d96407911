import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Docker from "dockerode";
import { afterEach, describe, expect, it } from "vitest";
import { repositoryImage } from "./repository-image.ts";

const json = { "content-type": "application/json" };

describe("a repository's image, as the Docker daemon has it", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** A daemon that has no image, and answers a pull like this. */
  async function daemon(pull: RequestListener): Promise<Docker> {
    server = createServer((request, response) => {
      if (request.method === "POST") pull(request, response);
      else response.writeHead(404, json).end('{"message":"No such image"}');
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    return new Docker({ protocol: "http", host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  }
  const progress = (...lines: object[]): RequestListener => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    return (_request, response) => response.writeHead(200, json).end(text);
  };

  it("is pulled by its tag, never by all of them", async () => {
    const asked: (string | undefined)[] = [];
    const docker = await daemon((request, response) => {
      asked.push(request.url);
      response.writeHead(200, json).end('{"status":"done"}\n');
    });
    for (const name of ["localhost:5000/us/tools", "debian:12", "debian@sha256:1234"]) {
      await expect(repositoryImage(docker, name)).rejects.toThrow("it was pulled, and the Docker daemon still doesn't have it");
    }
    const wanted = asked.map((url) => Object.fromEntries(new URL(url ?? "", "http://x").searchParams));
    expect(wanted).toMatchObject([
      { fromImage: "localhost:5000/us/tools", tag: "latest" },
      { fromImage: "debian", tag: "12" },
      { fromImage: "debian", tag: "sha256:1234" },
    ]);
  });

  it("fails with the daemon's own words, with its name before them", async () => {
    const words = "failed to register layer: write /usr/lib/x: no space left on device";
    const docker = await daemon(progress({ status: "Extracting" }, { errorDetail: { message: words }, error: words }));
    await expect(repositoryImage(docker, "debian:12")).rejects.toThrow(
      `The repository's image debian:12 can't be used for its sandbox: the Docker daemon can't pull it (${words}).`,
    );
  });

  it("is refused before it is pulled, when the daemon doesn't want to", async () => {
    const docker = await daemon((_request, response) => response.writeHead(500, json).end('{"message":"lookup ghcr.io: no such host"}'));
    await expect(repositoryImage(docker, "ghcr.io/us/tools")).rejects.toThrow(
      /ghcr\.io\/us\/tools:latest can't be used[\s\S]*no such host/,
    );
  });

  it("is given up when it does not come, also in the middle", async () => {
    const silent = await daemon(() => undefined);
    await expect(repositoryImage(silent, "debian", 300)).rejects.toThrow(
      "debian:latest can't be used for its sandbox: it was not pulled within",
    );
    server?.closeAllConnections();
    server?.close();
    const slow = await daemon((_request, response) => response.writeHead(200, json).write('{"status":"Downloading"}\n'));
    await expect(repositoryImage(slow, "debian", 300)).rejects.toThrow("it was not pulled within");
  });
});
