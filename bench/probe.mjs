// Preloaded into a measured server: on a message from the bench it collects garbage and reports its memory.
process.on('message', () => {
  for (let times = 0; times < 3; times++) globalThis.gc();
  process.send({ rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed });
});
// The channel to the bench does not keep the server running.
process.channel?.unref();
// The server ends with the bench, in any case.
process.on('disconnect', () => process.exit());
