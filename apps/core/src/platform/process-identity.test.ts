import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isProvablyDead, processIdentity } from "./process-identity.ts";

describe.skipIf(!existsSync("/proc/self/stat"))("who is provably dead", () => {
  const mine = processIdentity() ?? "";
  const [place = "", pid = "", ticks = ""] = mine.split(" ");

  it("is not this process, nor one that nothing is known of", () => {
    expect(isProvablyDead(mine)).toBe(false);
    for (const unknown of [null, "", "nonsense", `${place} 0 ${ticks}`, `${place} ${pid}`, `${place} -1 1`]) {
      expect(isProvablyDead(unknown)).toBe(false);
    }
  });

  it("is not one of another machine, boot or process namespace, whatever runs here", () => {
    expect(isProvablyDead(`elsewhere/pid:[1] ${pid} 1`)).toBe(false);
  });

  it("is one whose number was given to somebody else", () => {
    expect(isProvablyDead(`${place} ${pid} ${Number(ticks) - 1}`)).toBe(true);
  });

  it("is one that was killed, and not before", async () => {
    const url = new URL("./process-identity.ts", import.meta.url).href;
    const code = `const { processIdentity } = await import(${JSON.stringify(url)}); process.stdout.write(processIdentity()); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = await once(child.stdout, "data");
    expect(isProvablyDead(String(said))).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isProvablyDead(String(said))).toBe(true);
  });
});
