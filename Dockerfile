# The grader alone. Mount what is to be graded, read-only:
#   docker run --rm -v "$PWD:/work:ro" IMAGE grade /work
FROM python:3.13-slim AS wheel
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY constraints.txt /tmp/constraints.txt
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip install --no-cache-dir --constraint /tmp/constraints.txt /wheels/*.whl \
    && useradd --create-home --uid 10001 grader
USER grader
WORKDIR /work
ENTRYPOINT ["checker"]
CMD ["--help"]
