import { describe, expect, it } from "vitest";
import { hostPatternSchema } from "../contract.ts";
import { networkRules, parseTarget, refusalOf, shownHosts } from "./network-rules.ts";

const allowlist = { network: "allowlist", extraHosts: ["example.com", "*.mirror.example"] } as const;
const refused = (authority: string, rules = networkRules(allowlist)) => {
  const target = parseTarget(authority);
  return target === null ? "not a target" : refusalOf(target, rules);
};

describe("which hosts pass", () => {
  it("lets registries and the workspace's hosts through, by whole names only", () => {
    for (const host of ["registry.npmjs.org", "REGISTRY.npmjs.ORG", "pypi.org.", "example.com", "a.mirror.example", "a.b.mirror.example"]) {
      expect(refused(`${host}:443`), host).toBeNull();
    }
    for (const host of [
      "evil-registry.npmjs.org.evil.com",
      "xregistry.npmjs.org",
      "npmjs.org",
      "sub.example.com",
      "mirror.example",
      "xmirror.example",
    ]) {
      expect(refused(`${host}:443`), host).toContain("not on the workspace's list");
    }
    expect(refused("example.com:22")).toContain("port 22");
    expect(refused("93.184.216.34:443")).toContain("by number");
    expect(refused("[2606:2800:220:1::1]:443")).toContain("by number");
    expect(refused("example.com:443", networkRules({ network: "none", extraHosts: [] }))).toContain("no network");
    expect(refused("anything.example:80", networkRules({ network: "full", extraHosts: [] }))).toBeNull();
  });

  it("takes nothing for a host that two programs would read differently", () => {
    const odd = [
      "127.1:443",
      "0x7f.0.0.1:443",
      "2130706433:443",
      "017700000001:443",
      "example.com",
      "example.com:0",
      "example.com:65536",
      "exa mple.com:80",
    ];
    const odder = [
      "a@example.com:443",
      "example.com:443@evil.com:443",
      "example.com%00.evil.com:443",
      "[::1%lo]:443",
      "[example.com]:443",
      "::1:443",
      "a..b:443",
      ".:443",
      "exämple.com:443",
      "example.com/x:443",
    ];
    for (const authority of [...odd, ...odder, "", ":443", "[::1]x:443", "[1.2.3.4]:80"])
      expect(parseTarget(authority), authority).toBeNull();
    expect(parseTarget("[::FFFF:1.2.3.4]:80")).toEqual({ host: "::ffff:1.2.3.4", port: 80 });
  });

  it("lets a repository narrow and never widen", () => {
    expect(networkRules(allowlist, "full")).toEqual(networkRules(allowlist));
    expect(networkRules(allowlist, "none").mode).toBe("none");
    expect(networkRules({ network: "none", extraHosts: [] }, ["example.com"]).mode).toBe("none");
    const narrowed = networkRules(allowlist, ["example.com", "evil.example"]);
    expect(refused("example.com:443", narrowed)).toBeNull();
    expect(refused("evil.example:443", narrowed)).not.toBeNull();
    expect(refused("pypi.org:443", narrowed)).not.toBeNull();
    expect(shownHosts(narrowed)).toEqual(["example.com"]);
    const some = networkRules({ network: "full", extraHosts: [] }, ["only.example"]);
    expect([refused("only.example:80", some), refused("other.example:80", some)]).toEqual([
      null,
      "the host is not on the workspace's list",
    ]);
    expect(refused("pypi.org:443", networkRules({ network: "full", extraHosts: [] }, "allowlist"))).toBeNull();
  });

  it("takes names as patterns, not addresses, suffixes of everything or parts of names", () => {
    for (const good of ["example.com", "*.example.com", "A.example.COM", "xn--bcher-kva.example"])
      expect(hostPatternSchema.safeParse(good).success, good).toBe(true);
    for (const bad of [
      "*",
      "*.com.",
      "*example.com",
      "a.*.com",
      "127.0.0.1",
      "[::1]",
      "example.com:80",
      "http://example.com",
      "localhost",
      "example.com/x",
      "a b.com",
      "1.2.3",
    ]) {
      expect(hostPatternSchema.safeParse(bad).success, bad).toBe(false);
    }
  });
});
