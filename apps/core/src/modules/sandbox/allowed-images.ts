import { AppError } from "../../platform/errors.ts";

/** Docker's own grammar, since a name becomes a part of a path of the Engine API: host and port, lower-case components, tag, digest. */
const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const component = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
const imageName = new RegExp(
  `^(?:${label}(?:\\.${label})*(?::\\d{1,5})?/)?${component}(?:/${component})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** Throws when this installation doesn't let repositories have this image. `patterns`: names with `*`, separated by commas. */
export function refuseImage(patterns: string, image: string): void {
  const isName = image.length <= 300 && imageName.test(image);
  const isAllowed = patterns
    .split(",")
    .map((pattern) => pattern.trim())
    .some((pattern) => pattern !== "" && matches(pattern, image));
  if (isName && isAllowed) return;
  throw new AppError(
    "UNPROCESSABLE",
    isName
      ? `The repository asks for the image ${image}, which this installation doesn't allow (SANDBOX_IMAGES). Name another one, or none.`
      : `The repository asks for an image by something that is no image's name: ${image.slice(0, 100)}`,
  );
}

function matches(pattern: string, image: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(image);
}
