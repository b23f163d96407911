import { type PreparedImage, prepareImage } from "./prepare-image.ts";

/** Where a picture of a session is. */
export function pictureUrl(slug: string, sessionId: string, partId: string, ordinal: number): string {
  return `/api/v1/sessions/${sessionId}/images/${partId}/${ordinal}?workspace=${encodeURIComponent(slug)}`;
}

interface Place {
  readonly slug: string;
  readonly sessionId: string;
}

/** Pictures that a session has, ready to be sent once more. Throws a sentence when one can't be read. */
export async function copyPictures(
  { slug, sessionId }: Place,
  pictures: readonly { readonly partId: string; readonly name: string }[],
): Promise<readonly PreparedImage[]> {
  return Promise.all(
    pictures.map(async ({ partId, name }) => {
      const response = await fetch(pictureUrl(slug, sessionId, partId, 0));
      if (!response.ok) throw new Error("A picture could not be read.");
      const blob = await response.blob();
      return prepareImage(new File([blob], name, { type: blob.type }));
    }),
  );
}
