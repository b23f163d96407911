/** A preview's own origin: `p-<port>-<sandbox>.<host of PREVIEW_URL>`; nothing that is shown there shares an origin with the product. */
export interface PreviewTarget {
  readonly sandboxId: string;
  readonly port: number;
}

/** The part of a name that one owner has: the last two labels, or three below suffixes such as co.uk. */
function registrable(host: string): string {
  const labels = host.split(".");
  const isSecondLevel = labels.length > 2 && labels.at(-1)?.length === 2 && (labels.at(-2)?.length ?? 9) <= 3;
  return labels.slice(isSecondLevel ? -3 : -2).join(".");
}

/** `base` is PREVIEW_URL. */
export function previewOrigin(base: string, { sandboxId, port }: PreviewTarget): string {
  const url = new URL(base);
  return `${url.protocol}//p-${port}-${sandboxId.replace(/^sbx_/, "")}.${url.host}`;
}

/** What a request's Host header names, or null: nothing else than a preview is served below this address. */
export function parsePreviewHost(base: string, host: string | undefined): PreviewTarget | null {
  const suffix = `.${new URL(base).hostname}`;
  const name = host?.toLowerCase().replace(/:\d+$/, "") ?? "";
  if (!name.endsWith(suffix)) return null;
  const parts = /^p-([1-9]\d{0,4})-([0-9a-f]{32})$/.exec(name.slice(0, -suffix.length));
  const port = Number(parts?.[1]);
  return parts?.[2] && port < 65_536 ? { port, sandboxId: `sbx_${parts[2]}` } : null;
}

/**
 * Why previews can't live at this address, or null. Below or above the product's own host they could set cookies for it; the
 * browsers keep the names below `localhost` apart.
 */
export function previewAddressProblem(base: string, publicUrl: string): string | null {
  const preview = new URL(base).hostname;
  const product = new URL(publicUrl).hostname;
  if (preview === "localhost" && product === "localhost") return null;
  const related = preview === product || preview.endsWith(`.${product}`) || product.endsWith(`.${preview}`);
  if (related || registrable(preview) === registrable(product)) {
    return `PREVIEW_URL (${preview}) must be of another domain than PUBLIC_URL (${product}): a page in a preview could set cookies for the product.`;
  }
  return null;
}
