import { AppError } from "../../platform/errors.ts";

/** Throws when this installation doesn't let repositories have this image. `patterns`: names with `*`, separated by commas. */
export function refuseImage(patterns: string, image: string): void {
  const isName = /^[a-z0-9][\w.\-/:@]{0,299}$/i.test(image);
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
