export interface UploadedFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** What was chosen is no skill that could be sent; said to the person. */
export class UploadFault extends Error {}
