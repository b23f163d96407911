import { expect, it } from "vitest";
import { refuseImage } from "./allowed-images.ts";

it("lets repositories have the images that the installation names, and only names", () => {
  for (const image of ["node:24", "ghcr.io/acme/build:1.2", `registry:5000/a/b__c@sha256:${"0".repeat(64)}`, "a.b-c:1/d.e/f:G_1"])
    expect(() => refuseImage("*", image)).not.toThrow();
  expect(() => refuseImage("ghcr.io/acme/*, node:*", "ghcr.io/acme/build:1")).not.toThrow();
  for (const image of ["ghcr.io/other/build", "xghcr.io/acme/b", "ghcrxio/acme/b"])
    expect(() => refuseImage("ghcr.io/acme/*, node:*", image), image).toThrow(image);
  expect(() => refuseImage("", "node:24")).toThrow("node:24");
  // A name is a part of a path of the Engine API: none may lead elsewhere, or to another host.
  const odd = [
    "ghcr.io/acme/../../containers/x",
    "a/../b",
    "a//b",
    "//host/x",
    "http://host/x",
    "a@b",
    "a:b:c/d",
    "a/",
    "A/B",
    "a..b",
    "x".repeat(301),
  ];
  for (const image of ["", "-x", "a b", "a\nb", "$(id)", ...odd]) expect(() => refuseImage("*", image), image).toThrow("no image's name");
});
