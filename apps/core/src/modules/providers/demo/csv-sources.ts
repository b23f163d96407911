/** The module that the demo model writes; `values` gives each column's expression. */
export function csvModule(values: ReadonlyMap<string, string>): string {
  const header = [...values.keys()].map((name) => `"${name}"`).join(", ");
  const fields = [...values.values()].map((value) => `    ${value},`).join("\n");
  return `import type { Invoice } from "./invoice.ts";
import type { Cents } from "./money.ts";
import { invoiceTotals } from "./totals.ts";

const header = [${header}];

function decimal(cents: Cents): string {
  const digits = Math.abs(cents).toString().padStart(3, "0");
  return \`\${cents < 0 ? "-" : ""}\${digits.slice(0, -2)}.\${digits.slice(-2)}\`;
}

function field(text: string): string {
  return /[",\\r\\n]/.test(text) ? \`"\${text.replaceAll('"', '""')}"\` : text;
}

/** One line for each invoice after a header line, as RFC 4180 wants it; amounts are plain decimals: 1234.50. */
export function toCsv(invoices: readonly Invoice[]): string {
  const rows = invoices.map((invoice) => [
${fields}
  ]);
  return [header, ...rows].map((row) => \`\${row.map(field).join(",")}\\r\\n\`).join("");
}
`;
}

/** What an invoice of the test has in each column that the test knows. */
const sample: Readonly<Record<string, string>> = {
  number: "2026-007",
  customer: "Ada Lovelace",
  issuedOn: "2026-03-02",
  dueOn: "2026-04-01",
  subtotal: "1000.00",
  discount: "0.00",
  tax: "234.50",
  total: "1234.50",
};

/** The test that the demo model writes before the module. */
export function csvTest(columns: readonly string[]): string {
  const row = columns.map((column) => sample[column] ?? "").join(",");
  const quoted = columns.map((column) => (column === "customer" ? '"Babbage, ""Charles"" & Sons"' : (sample[column] ?? ""))).join(",");
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { createInvoice } from "../src/invoice.ts";
import { toCsv } from "../src/to-csv.ts";

const header = "${columns.join(",")}\\r\\n";

function invoiceFor(customer: string) {
  return createInvoice({
    number: "2026-007",
    customer,
    issuedOn: "2026-03-02",
    lines: [{ description: "Analytical engine", quantity: 1, unitPrice: 100_000, taxPercent: 23.45 }],
  });
}

test("toCsv writes a header line and one line for each invoice", () => {
  assert.equal(toCsv([invoiceFor("Ada Lovelace")]), header + "${row}\\r\\n");
});

test("toCsv quotes fields with commas and doubles their quotes", () => {
  assert.equal(toCsv([invoiceFor('Babbage, "Charles" & Sons')]), header + '${quoted}\\r\\n');
});

test("toCsv of no invoices is the header alone", () => {
  assert.equal(toCsv([]), header);
});
`;
}
