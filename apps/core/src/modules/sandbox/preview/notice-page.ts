const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A page of ours at a preview's address: one sentence, no script, nothing of the product. */
export function noticePage(message: string): string {
  const text = message.replace(/[&<>"]/g, (character) => entities[character] ?? character);
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Preview</title>
<style>body{font:15px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0;padding:1rem}p{max-width:32rem;text-align:center}</style>
<p>${text}</p>`;
}
