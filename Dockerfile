# The operator's image: Node.js and one file.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag REGISTRY/sallyport:0.1.0 --push .
#
# The same on every machine: git's date for all files, as the argument SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) with
# the output option rewrite-timestamp=true. Tags move: to fix the bases too, write name:tag@sha256:..., with the digest that
# `docker buildx imagetools inspect` prints of each.

# What runs here gives the same files on every platform.
FROM --platform=$BUILDPLATFORM node:24.21.0-trixie-slim AS build
WORKDIR /sallyport
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# No shell, no package manager.
FROM gcr.io/distroless/nodejs24-debian13:nonroot
LABEL org.opencontainers.image.title="Sallyport" \
      org.opencontainers.image.description="A Kubernetes operator that gives CI the network access it needs, in every AWS account, and no more." \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /sallyport/LICENSE /sallyport/dist/THIRD-PARTY-LICENSES /licenses/
# There is no package.json beside it to say that it is a module.
COPY --from=build /sallyport/dist/sallyport.js /sallyport.mjs
# By number, which the cluster can tell from root.
USER 65532:65532
# Commands are its arguments: `run` in the Deployment, `probe` in the Jobs that try a RunnerPool's pods.
ENTRYPOINT ["/nodejs/bin/node", "/sallyport.mjs"]
CMD ["run"]
