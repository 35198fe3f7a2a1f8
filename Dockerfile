# The mock in a container. docs/containers.md has the ways to use it.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv --without-pip /opt/animeloop-mock \
    && python -m pip --python /opt/animeloop-mock/bin/python install --no-cache-dir ".[redis]"

FROM python:3.13-slim
# There is no LICENSE yet, and so no label org.opencontainers.image.licenses.
LABEL org.opencontainers.image.title="animeloop-mock" \
      org.opencontainers.image.description="A mock of the Animeloop auth API, for tests"
COPY --from=build /opt/animeloop-mock /opt/animeloop-mock
# Both are environment variables, so that the health check reads them too.
ENV PATH=/opt/animeloop-mock/bin:$PATH \
    ANIMELOOP_MOCK_HOST=0.0.0.0 \
    ANIMELOOP_MOCK_PORT=7775
USER 65534:65534
EXPOSE 7775
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --retries=3 CMD ["animeloop-mock", "health"]
# The exec form: the mock is process 1, and gets the signals.
ENTRYPOINT ["animeloop-mock"]
