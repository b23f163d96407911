/** The name leads into our own network, or nowhere. */
export class UnreachableTarget extends Error {
  readonly isPolicy: boolean;
  constructor(message: string, isPolicy: boolean) {
    super(message);
    this.isPolicy = isPolicy;
  }
}
