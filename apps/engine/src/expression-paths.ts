import type { parse } from "@bufbuild/cel";

type Parsed = ReturnType<typeof parse>;
type Expr = NonNullable<Parsed["expr"]>;

/** Every field path that the expression reads from a variable (`["event","data","k"]`), without those inside `has()`. */
export function expressionPaths(parsed: Parsed): string[][] {
  const found: string[][] = [];
  const visit = (expr: Expr | undefined): void => {
    if (!expr) return;
    const path = pathOf(expr);
    if (path && path.length > 1) found.push(path);
    for (const child of children(expr)) visit(child);
  };
  visit(parsed.expr);
  return found.sort((a, b) => a.length - b.length);
}

function pathOf(expr: Expr): string[] | undefined {
  const kind = expr.exprKind;
  if (kind.case === "identExpr") return kind.value.name === "event" || kind.value.name === "async" ? [kind.value.name] : undefined;
  if (kind.case === "selectExpr" && kind.value.operand && !kind.value.testOnly) {
    const parent = pathOf(kind.value.operand);
    return parent && [...parent, kind.value.field];
  }
  if (kind.case === "callExpr" && kind.value.function === "_[_]") {
    const [operand, index] = kind.value.args;
    const parent = operand && pathOf(operand);
    const key = index?.exprKind.case === "constExpr" ? index.exprKind.value.constantKind : undefined;
    return parent && key?.case === "stringValue" ? [...parent, key.value] : undefined;
  }
  return undefined;
}

function children(expr: Expr): (Expr | undefined)[] {
  const kind = expr.exprKind;
  switch (kind.case) {
    case "selectExpr":
      return [kind.value.operand];
    case "callExpr":
      return [kind.value.target, ...kind.value.args];
    case "listExpr":
      return kind.value.elements;
    case "structExpr":
      return kind.value.entries.map((entry) => entry.value);
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
      return [iterRange, accuInit, loopCondition, loopStep, result];
    }
    default:
      return [];
  }
}

/** Turns the expression's integer literals into doubles, in place (it is given a parse of its own). */
export function withDoubleLiterals(parsed: Parsed): Parsed {
  const visit = (expr: Expr | undefined): void => {
    if (!expr) return;
    if (expr.exprKind.case === "constExpr") {
      const constant = expr.exprKind.value;
      if (constant.constantKind.case === "int64Value") {
        constant.constantKind = { case: "doubleValue", value: Number(constant.constantKind.value) };
      }
    }
    for (const child of children(expr)) visit(child);
  };
  visit(parsed.expr);
  return parsed;
}
