// Evaluates expressions with GitHub's own library.
// In, a JSON line each: {"expr": "...", "contexts": {...}}. Out: {"kind", "value"} or {"error"}.
import { createInterface } from "node:readline";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";

const status = name => ({
  name,
  minArgs: 0,
  maxArgs: 0,
  call: () => new data.BooleanData(name === "always" || name === jobStatus)
});
const functions = ["always", "cancelled", "failure", "success"].map(status);
const byName = new Map(functions.map(f => [f.name, f]));
let jobStatus = "";

function evaluate({ expr, contexts }) {
  const context = JSON.parse(JSON.stringify(contexts), data.reviver);
  jobStatus = contexts.job?.status ?? "";
  const { tokens } = new Lexer(expr).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const result = new Evaluator(tree, context, byName).evaluate();
  const kind = data.Kind[result.kind];
  // JSON has no NaN and no Infinity: numbers travel as JavaScript prints them.
  const value = kind === "Number" ? String(result.value) : JSON.parse(JSON.stringify(result, data.replacer));
  return { kind, value };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = evaluate(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error.message) };
  }
  console.log(JSON.stringify(answer));
}
