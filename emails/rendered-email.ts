/** A mail's content: what `render…Email` functions answer with. */
export interface RenderedEmail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
