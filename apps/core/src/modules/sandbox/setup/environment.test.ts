import { describe, expect, it } from "vitest";
import { parseDevcontainer } from "./environment.ts";

const parse = (text: string) => parseDevcontainer(".devcontainer/devcontainer.json", text);

describe("devcontainer.json", () => {
  it("gives its image and the commands that run once, in all their forms", () => {
    const environment = parse(`{
      // what it is
      "image": "mcr.microsoft.com/devcontainers/javascript-node:22",
      "features": { "ghcr.io/devcontainers/features/go:1": {} },
      "onCreateCommand": "npm ci && npm run build",
      "updateContentCommand": ["npm", "run", "it's"],
      "postCreateCommand": { "one": "make", "two": ["echo", "a b"], },
      "postStartCommand": "npm start",
    }`);
    expect(environment).toMatchObject({
      image: "mcr.microsoft.com/devcontainers/javascript-node:22",
      setup: ["npm ci && npm run build", "'npm' 'run' 'it'\\''s'", "make", "'echo' 'a b'"],
      secrets: [],
    });
    expect(environment.notes.map((note) => note.split(" ")[0])).toEqual(['"features"', '"postStartCommand"']);
  });

  it("has no effect when it is broken, and says so", () => {
    for (const text of ["", "[]", "{", '{"image": 3}', '{"postCreateCommand": [[1]]}', "x".repeat(300_000)]) {
      const environment = parse(text);
      expect(environment).toMatchObject({ image: null, setup: [] });
      expect(environment.notes, text.slice(0, 20)).toHaveLength(1);
    }
  });
});
