import { describe, expect, it } from "vitest";
import { Redactor } from "./redactor.ts";

function redact(values: string[], chunks: string[]): string {
  const redactor = new Redactor(values);
  return Buffer.concat([...chunks.map((chunk) => redactor.push(Buffer.from(chunk))), redactor.end()]).toString();
}

describe("secrets in an output", () => {
  it("are taken out, wherever the pieces end", () => {
    const text = "before s3cret-value-1 between s3cret-value-1s3cret-value-2 after";
    const clean = "before [secret] between [secret][secret] after";
    for (let at = 0; at <= text.length; at += 1) {
      expect(redact(["s3cret-value-1", "s3cret-value-2"], [text.slice(0, at), text.slice(at)])).toBe(clean);
    }
    expect(redact(["s3cret-value-1", "s3cret-value-2"], [...text])).toBe(clean);
  });

  it("leaves everything else as it is", () => {
    expect(redact(["abcabcabd"], ["abcabcabcabd", "abcabca", "x"])).toBe("abc[secret]abcabcax");
    expect(redact([], ["anything"])).toBe("anything");
    expect(redact(["secret-one"], ["secret-on"])).toBe("secret-on");
  });

  it("knows the longer of two secrets first", () => {
    expect(redact(["password", "password-and-more"], ["password-and-more password"])).toBe("[secret] [secret]");
  });
});
