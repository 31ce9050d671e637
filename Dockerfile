# syntax=docker/dockerfile:1
# The service alone: no compiler, no tests, no embedded PostgreSQL. Nothing secret is needed to build it.
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY src ./src
COPY scripts/bundle.js ./scripts/
# on adds the 42 MB that send traces: docs/operating/watching.md.
ARG TELEMETRY=off
RUN npm run build && npm prune --omit=dev --ignore-scripts \
  && if [ "$TELEMETRY" = on ]; then npm run telemetry:install; fi
# All code compiled once, for Node.js to read at each start. The service ends when it has loaded
# all and finds that it has no database; should it end for another reason, so does the build.
RUN NODE_ENV=production NODE_COMPILE_CACHE=/app/compile-cache node dist/main.js 2>&1 | grep 'DATABASE_URL must be set'

FROM ${NODE_IMAGE}
# tini is PID 1: without it a signal would not end the process, and dead children would stay.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# The heap leaves room for the rest of a 512 MB container; the other two save 9 MB of an idle
# service and at most 3 % of its speed (docs/performance.md).
ENV NODE_ENV=production \
    PORT=10000 \
    NODE_OPTIONS="--max-old-space-size=320 --max-semi-space-size=4" \
    MALLOC_ARENA_MAX=1 \
    NODE_COMPILE_CACHE=/app/compile-cache
# Owned by root and run as node: the service cannot change its own code, and needs no writable disk.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/compile-cache ./compile-cache
USER node
EXPOSE 10000
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/main.js"]
