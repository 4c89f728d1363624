#!/usr/bin/env bash
# The last step of action.yml: grades, annotates, writes the job summary and the outputs, and fails when it should.
set -euo pipefail

case "$CHECKER_FAIL_ON" in
  not-met | incomplete | never) ;;
  *)
    echo "::error title=fail-on::expected not-met, incomplete or never"
    exit 2
    ;;
esac

home="$RUNNER_TEMP/ml-cicd-workbook"
for bin in "$home/bin" "$home/Scripts"; do
  if [ -d "$bin" ]; then PATH="$bin:$PATH"; fi
done

target="$CHECKER_PATH"
if [ -n "$CHECKER_REPOSITORY" ]; then
  target="$CHECKER_REPOSITORY"
elif [ -d "$CHECKER_PATH" ] && [ -z "$(ls -A -- "$CHECKER_PATH")" ]; then
  echo "::error title=Nothing to grade::The folder is empty. Put \`- uses: actions/checkout@v7\` before this step."
  exit 2
fi

out="$RUNNER_TEMP/grade-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT-$GITHUB_ACTION"
mkdir -p "$out"
arguments=(--format github --output "$out/grade.md" --output "$out/grade.json" --output "$out/grade.html")
if [ -n "$CHECKER_RUBRIC" ]; then arguments+=(--rubric "$CHECKER_RUBRIC"); fi
read -r -a only <<< "$CHECKER_ONLY"
for id in ${only[@]+"${only[@]}"}; do arguments+=(--only "$id"); done

status=0
checker grade "${arguments[@]}" -- "$target" || status=$?
case "$status" in 0 | 1 | 3) ;; *) exit "$status" ;; esac

cat "$out/grade.md" >> "$GITHUB_STEP_SUMMARY"
python=$(command -v python || command -v python3)
"$python" - "$out/grade.json" >> "$GITHUB_OUTPUT" << 'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    grade = json.load(file)
for name in ("points", "of", "outcome"):
    print(f"{name}={grade[name]}")
PYTHON
{
  echo "json=$out/grade.json"
  echo "html=$out/grade.html"
} >> "$GITHUB_OUTPUT"

if [ "$CHECKER_FAIL_ON" = never ]; then exit 0; fi
if [ "$status" = 3 ] && [ "$CHECKER_FAIL_ON" = not-met ]; then exit 0; fi
exit "$status"
