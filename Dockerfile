# syntax=docker/dockerfile:1

# Builds on the distribution it will run on, so that the C libraries agree.
FROM swift:6.2-bookworm AS build
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends libhiredis-dev zlib1g-dev pkg-config redis-server esbuild python3-venv ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# What changes seldom first: the packages are fetched once.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN bin/setup
RUN swift build -c release --product sentiero --static-swift-stdlib \
 && install -D "$(swift build -c release --product sentiero --static-swift-stdlib --show-bin-path)/sentiero" /out/sentiero \
 && strip /out/sentiero

FROM debian:12-slim
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends libhiredis0.14 zlib1g ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin sentiero
COPY --from=build /out/sentiero /usr/local/bin/sentiero
USER sentiero
ENV SENTIERO_HTTP_HOST=0.0.0.0
EXPOSE 8080
STOPSIGNAL SIGTERM
# Asks Redis what the process itself depends on; status 4 only means that something could be set better.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD sentiero doctor --quiet || [ $? -eq 4 ]
ENTRYPOINT ["sentiero"]
CMD ["web"]
