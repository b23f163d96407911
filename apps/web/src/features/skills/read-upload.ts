import { limits } from "@opencode/core/platform/limits.ts";
import { readZip } from "./read-zip.ts";
import { type UploadedFile, UploadFault } from "./uploaded-file.ts";

const { totalMaxBytes } = limits.skillFiles;

/** A folder, single files or one zip, as a file chooser hands them over. Throws UploadFault. */
export async function readUpload(chosen: readonly File[]): Promise<UploadedFile[]> {
  const [only] = chosen;
  const isZip = chosen.length === 1 && only !== undefined && /\.(zip|skill)$/i.test(only.name);
  const size = chosen.reduce((sum, { size: bytes }) => sum + bytes, 0);
  if (size > totalMaxBytes * (isZip ? 1 : 2)) throw new UploadFault(`That is larger than ${totalMaxBytes / 1024 / 1024} MB.`);
  if (isZip) return readZip(new Uint8Array(await only.arrayBuffer()), totalMaxBytes);
  return Promise.all(
    chosen.map(async (file) => ({ path: file.webkitRelativePath || file.name, content: new Uint8Array(await file.arrayBuffer()) })),
  );
}

/** Base64, in pieces that fit on the stack. */
export function toBase64(content: Uint8Array): string {
  let text = "";
  for (let at = 0; at < content.length; at += 0x80_00) text += String.fromCharCode(...content.subarray(at, at + 0x80_00));
  return btoa(text);
}
