import { isLeftover } from "@opencode/core/modules/skills/contract.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { readZip } from "./read-zip.ts";
import { type UploadedFile, UploadFault } from "./uploaded-file.ts";

const { totalMaxBytes, maxFiles } = limits.skillFiles;
/** of an archive as it comes, with what is left out of it */
const zipMaxBytes = 20 * totalMaxBytes;

/** A folder, single files or one zip, as a file chooser hands them over. Throws UploadFault. */
export async function readUpload(chosen: readonly File[]): Promise<UploadedFile[]> {
  const [only] = chosen;
  if (chosen.length === 1 && only !== undefined && /\.(zip|skill)$/i.test(only.name)) {
    if (only.size > zipMaxBytes) throw tooLarge(zipMaxBytes);
    return readZip(new Uint8Array(await only.arrayBuffer()), totalMaxBytes);
  }
  const files = chosen.map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(({ path }) => !isLeftover(path));
  if (files.length > maxFiles + 1)
    throw new UploadFault(`A skill has at most ${maxFiles} files beside its SKILL.md; here are ${files.length}.`);
  if (files.reduce((sum, { file }) => sum + file.size, 0) > totalMaxBytes) throw tooLarge(totalMaxBytes);
  return Promise.all(files.map(async ({ file, path }) => ({ path, content: new Uint8Array(await file.arrayBuffer()) })));
}

const tooLarge = (bytes: number) => new UploadFault(`That is larger than ${bytes / 1024 / 1024} MB.`);

/** Base64, in pieces that fit on the stack. */
export function toBase64(content: Uint8Array): string {
  let text = "";
  for (let at = 0; at < content.length; at += 0x80_00) text += String.fromCharCode(...content.subarray(at, at + 0x80_00));
  return btoa(text);
}
