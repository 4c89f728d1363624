// Reads workflow files with GitHub's own parser.
// In, a path each line. Out, a JSON line each: {"path", "errors", "events", "jobs"}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";

const TRY_CONVERSION = 1;
const text = token => (token === undefined || token === null ? null : token.toString());

function step(found) {
  return {
    name: text(found.name),
    uses: text(found.uses),
    run: text(found.run),
    if: found.if ? found.if.expression : null
  };
}

function job(found) {
  return {
    if: found.if ? found.if.expression : null,
    needs: (found.needs ?? []).map(text),
    uses: text(found.ref),
    steps: (found.steps ?? []).map(step)
  };
}

async function read(path) {
  const file = { name: path, content: readFileSync(path, "utf8") };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  const template = value
    ? await convertWorkflowTemplate(context, value, undefined, { errorPolicy: TRY_CONVERSION })
    : {};
  return {
    path,
    errors: context.errors.getErrors().map(error => error.message),
    events: template.events ?? {},
    jobs: Object.fromEntries((template.jobs ?? []).map(found => [text(found.id), job(found)]))
  };
}

async function main() {
  for await (const path of createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await read(path);
    } catch (error) {
      answer = { path, errors: [String(error.message)], events: {}, jobs: {} };
    }
    console.log(JSON.stringify(answer));
  }
}

main();
