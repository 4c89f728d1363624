// Fetches GitHub's published description of its REST API and keeps the paths that are asked for, with all they refer to.
import { execSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const WHOLE = "package/generated/api.github.com.json";
const REPOSITORY = "/repos/{owner}/{repo}";
const PATHS = [
  "",
  "/actions/runs",
  "/actions/runs/{run_id}",
  "/actions/runs/{run_id}/attempts/{attempt_number}",
  "/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
  "/branches",
  "/commits/{ref}",
  "/contents/{path}",
  "/git/blobs/{file_sha}",
  "/git/trees/{tree_sha}",
  "/pulls",
  "/pulls/{pull_number}",
  "/releases",
  "/tags",
  "/tarball/{ref}",
];

// The package holds ten such files, 385 MB unpacked; tar takes one of them out.
const archive = execSync(`npm pack --silent ${process.argv[2]}`, { encoding: "utf-8" }).trim();
execSync(`tar -xzf ${archive} ${WHOLE}`);
const all = JSON.parse(readFileSync(WHOLE, "utf-8"));
rmSync(archive);
rmSync("package", { recursive: true });

const paths = Object.fromEntries(
  PATHS.map((tail) => [REPOSITORY + tail, { get: all.paths[REPOSITORY + tail].get }]),
);
const components = {};
const waiting = [paths];
while (waiting.length) {
  const value = waiting.pop();
  if (value === null || typeof value !== "object") continue;
  waiting.push(...Object.values(value));
  if (typeof value.$ref !== "string") continue;
  const [kind, name] = value.$ref.split("/").slice(2);
  components[kind] ??= {};
  if (name in components[kind]) continue;
  components[kind][name] = all.components[kind][name];
  waiting.push(components[kind][name]);
}
const { openapi, info } = all;
writeFileSync("github.json", JSON.stringify({ openapi, info, paths, components }));
