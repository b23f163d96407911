/** As language servers speak of it: lines and characters from 0. */
export interface Diagnostic {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly severity?: number;
  readonly message: string;
  readonly code?: string | number;
  readonly source?: string;
}
