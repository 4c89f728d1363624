# What CI runs after each push. All three questions are asked, also when one was answered with no.
failed=0
python -m build --wheel --no-isolation || failed=1
python -m pytest --verbose --no-header || failed=1
{ ruff check . && python gate.py; } || failed=1
exit $failed
