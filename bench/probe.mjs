// Preloaded into a server that is measured: on a message from the bench it collects garbage and says what is left.
process.on('message', () => {
  for (let times = 0; times < 3; times++) globalThis.gc();
  process.send({ rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed });
});
// The bench ends the server, and the channel to it keeps nobody alive.
process.channel?.unref();
// Its end is the end of the server, whatever ended the bench.
process.on('disconnect', () => process.exit());
