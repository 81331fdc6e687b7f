# Stage 1 builds page and server; nothing of it but dist/ goes on.
FROM node:24 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx vite build --app

# Stage 2 is Node.js and one bundled file: no node_modules, no shell scripts of ours.
FROM node:24-slim
# One arena for malloc: 4 MB less memory, and we have one busy thread.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 CLUSTERWALL_DATA=/data MALLOC_ARENA_MAX=1
WORKDIR /app
COPY --from=build /build/dist ./
RUN mkdir /data && chown 1000:1000 /data
# The image's user "node", by number so that Kubernetes can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=2", "--max-old-space-size=128", "main.js"]
