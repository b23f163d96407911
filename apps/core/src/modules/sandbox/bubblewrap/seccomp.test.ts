import { describe, expect, it } from "vitest";
import { seccompFilter } from "./seccomp.ts";

const [allow, kill, eperm, enosys, eafnosupport] = [0x7fff0000, 0x80000000, 0x00050001, 0x00050026, 0x00050061];

/** Runs the filter as the kernel would. */
function judge(architecture: string, call: { audit: number; number: number; first?: number; second?: number }): number {
  const bytes = Buffer.from(seccompFilter(architecture) ?? []);
  const data = new Map([
    [0, call.number],
    [4, call.audit],
    [16, call.first ?? 0],
    [24, call.second ?? 0],
  ]);
  let accumulator = 0;
  for (let index = 0; index < bytes.length / 8; index += 1) {
    const [code, ifTrue, ifFalse] = [bytes.readUInt16LE(index * 8), bytes.readUInt8(index * 8 + 2), bytes.readUInt8(index * 8 + 3)];
    const value = bytes.readUInt32LE(index * 8 + 4);
    if (code === 0x20) accumulator = data.get(value) ?? Number.NaN;
    else if (code === 0x06) return value;
    else if (code === 0x15) index += accumulator === value ? ifTrue : ifFalse;
    else if (code === 0x35) index += accumulator >= value ? ifTrue : ifFalse;
    else if (code === 0x45) index += (accumulator & value) !== 0 ? ifTrue : ifFalse;
    else throw new Error(`instruction ${code}`);
  }
  throw new Error("the filter has no end");
}

const x64 = 0xc000003e;

describe("seccompFilter", () => {
  it.each([
    ["read", 0, {}, allow],
    ["execve", 59, {}, allow],
    ["mount", 165, {}, eperm],
    ["ptrace", 101, {}, eperm],
    ["unshare", 272, {}, eperm],
    ["bpf", 321, {}, eperm],
    ["mount_setattr", 442, {}, eperm],
    ["clone3", 435, {}, enosys],
    ["fork by clone", 56, { first: 0x01200011 }, allow],
    ["thread", 56, { first: 0x003d0f00 }, allow],
    ["clone with a user namespace", 56, { first: 0x10000011 }, eperm],
    ["clone with a mount namespace", 56, { first: 0x00020011 }, eperm],
    ["ioctl TCGETS", 16, { second: 0x5401 }, allow],
    ["ioctl TIOCSTI", 16, { second: 0x5412 }, eperm],
    ["ioctl TIOCLINUX", 16, { second: 0x541c }, eperm],
    ["unix socket", 41, { first: 1 }, allow],
    ["IPv4 socket", 41, { first: 2 }, allow],
    ["IPv6 socket", 41, { first: 10 }, allow],
    ["netlink socket", 41, { first: 16 }, allow],
    ["vsock, which reaches the host of a virtual machine", 41, { first: 40 }, eafnosupport],
    ["packet socket", 41, { first: 17 }, eafnosupport],
    ["pidfd_getfd", 438, {}, eperm],
    ["a call of x32", 0x40000000 + 59, {}, eperm],
  ] as const)("%s", (_name, number, input, verdict) => {
    expect(judge("x64", { audit: x64, number, ...input })).toBe(verdict);
  });

  it("ends a process that calls by another architecture", () => {
    expect(judge("x64", { audit: 0x40000003, number: 11 })).toBe(kill);
    expect(judge("arm64", { audit: x64, number: 59 })).toBe(kill);
  });

  it("knows arm64 and no other", () => {
    expect(judge("arm64", { audit: 0xc00000b7, number: 63 })).toBe(allow);
    expect(judge("arm64", { audit: 0xc00000b7, number: 97 })).toBe(eperm);
    expect(seccompFilter("riscv64")).toBeNull();
  });
});
