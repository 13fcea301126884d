// Exit code 0 when the server in this container is ready (GET /health/ready), 1 otherwise. The image has no shell tools for it.
const url = `http://127.0.0.1:${process.env.PORT || 3000}/health/ready`;
const isReady = await fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(isReady ? 0 : 1);
