import { addDays, isDate } from "./dates.ts";
import type { Cents } from "./money.ts";

export interface InvoiceLine {
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: Cents;
  readonly taxPercent: number;
}

export interface Invoice {
  readonly number: string;
  readonly customer: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly discountPercent: number;
  readonly lines: readonly InvoiceLine[];
}

interface InvoiceInput {
  readonly number: string;
  readonly customer: string;
  readonly issuedOn: string;
  readonly dueInDays?: number;
  readonly discountPercent?: number;
  readonly lines: readonly InvoiceLine[];
}

/** A valid invoice, due in 30 days if nothing else is said. Throws a RangeError that names what is wrong. */
export function createInvoice(input: InvoiceInput): Invoice {
  const { number, customer, issuedOn, dueInDays = 30, discountPercent = 0, lines } = input;
  if (customer.trim() === "") throw new RangeError("an invoice needs a customer");
  if (!isDate(issuedOn)) throw new RangeError(`not a date: "${issuedOn}"`);
  if (lines.length === 0) throw new RangeError("an invoice needs at least one line");
  if (discountPercent < 0 || discountPercent > 100) throw new RangeError(`a discount of ${discountPercent} % makes no sense`);
  for (const { description, quantity, unitPrice } of lines) {
    if (!Number.isInteger(quantity) || quantity < 1) throw new RangeError(`"${description}": the quantity must be 1 or more`);
    if (!Number.isInteger(unitPrice)) throw new RangeError(`"${description}": the price must be in whole cents`);
  }
  return { number, customer, issuedOn, dueOn: addDays(issuedOn, dueInDays), discountPercent, lines };
}
