import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRanges } from "./address-ranges.ts";
import { checkedConnector } from "./checked-connect.ts";

const outcome = (promise: Promise<{ remoteAddress?: string | undefined; destroy(): void }>) =>
  promise.then(
    (socket) => {
      const address = socket.remoteAddress;
      socket.destroy();
      return address;
    },
    (error: unknown) => (error instanceof Error ? error.message : "?"),
  );

describe("connecting to checked addresses", () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer((socket) => socket.on("error", () => undefined).end("here"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  const to = (address: string | string[], ranges = "") =>
    checkedConnector({ privateRanges: parseRanges(ranges), resolve: async () => [address].flat(), timeoutMs: 1_000 });

  it("refuses every address of our own network, however it is written", async () => {
    const own = [
      "127.0.0.1",
      "127.8.8.8",
      "0.0.0.0",
      "10.1.2.3",
      "172.16.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "100.64.0.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
    ];
    const own6 = [
      "::1",
      "::",
      "fe80::1",
      "fc00::1",
      "fd12::1",
      "::ffff:127.0.0.1",
      "::ffff:169.254.169.254",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "fec0::1",
      "ff02::1",
      "::127.0.0.1",
    ];
    for (const address of [...own, ...own6]) {
      expect(await outcome(to(address)({ host: "name.example", port })), address).toContain("not a public one");
      expect(await outcome(to([])({ host: address, port })), address).toContain("not a public one");
    }
  });

  it("reaches a private range that the operator has opened, and no other", async () => {
    expect(await outcome(to("127.0.0.1", "127.0.0.0/8")({ host: "mirror.example", port }))).toBe("127.0.0.1");
    expect(await outcome(to("10.0.0.1", "127.0.0.0/8, fd00::/8")({ host: "mirror.example", port }))).toContain("not a public one");
    expect(() => parseRanges("10.0.0.0")).toThrow("not a range");
    expect(() => parseRanges("10.0.0.0/33")).toThrow("not a range");
  });

  it("looks the name up once: what it resolves to afterwards is no matter", async () => {
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    let asked = 0;
    const connect = checkedConnector({
      privateRanges: parseRanges("127.0.0.0/8"),
      resolve: async () => answers[asked++] ?? [],
      timeoutMs: 1_000,
    });
    expect(await outcome(connect({ host: "rebinding.example", port }))).toBe("127.0.0.1");
    expect(asked).toBe(1);
    expect(await outcome(connect({ host: "rebinding.example", port }))).toContain("not a public one");
  });

  it("refuses a name whole that has one address of ours among others", async () => {
    expect(await outcome(to(["127.0.0.1", "10.0.0.1"], "127.0.0.0/8")({ host: "mixed.example", port }))).toContain("not a public one");
    expect(await outcome(to(["not an address"])({ host: "odd.example", port }))).toContain("not a public one");
  });

  it("says when there is nothing", async () => {
    expect(await outcome(to([])({ host: "nowhere.example", port }))).toContain("has no address");
    expect(await outcome(to("127.0.0.1", "127.0.0.0/8")({ host: "closed.example", port: 1 }))).toContain("can't be reached");
  });
});
