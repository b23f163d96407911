import { createInvoice, formatMoney, planInstalments, reminderText, renderInvoice } from "../src/index.ts";

const invoice = createInvoice({
  number: "2026-014",
  customer: "Ada Lovelace",
  issuedOn: "2026-03-02",
  discountPercent: 5,
  lines: [
    { description: "Engine drawings", quantity: 3, unitPrice: 12_500, taxPercent: 20 },
    { description: "Tea and biscuits", quantity: 2, unitPrice: 350, taxPercent: 10 },
  ],
});

console.log(renderInvoice(invoice));
console.log("\nIn three instalments:");
for (const { dueOn, amount } of planInstalments(invoice, 3)) console.log(`  ${dueOn}  ${formatMoney(amount)}`);
console.log(`\n${reminderText(invoice, "2026-04-15")}`);
