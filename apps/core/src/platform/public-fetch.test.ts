import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { isPublicAddress, PrivateAddressError, publicFetch } from "./public-fetch.ts";

describe("isPublicAddress", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
  ])("refuses %s", (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(["::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address", ""])("refuses %j", (address) =>
    expect(isPublicAddress(address)).toBe(false),
  );
  it.each(["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])("takes %s", (address) => expect(isPublicAddress(address)).toBe(true));
});

describe("publicFetch", () => {
  it("reaches no server of this machine, by name or by address", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end("secret");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]) {
      const failure = await publicFetch(`http://${host}:${port}/`).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure, host).toBeInstanceOf(TypeError);
      expect((failure as TypeError).cause, host).toBeInstanceOf(PrivateAddressError);
    }
    expect(requests).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});
