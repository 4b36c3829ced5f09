/**
 * Loaded into the built server by `--require`, together with `--expose-gc`: answers questions of the process that
 * spawned it over a channel of their own, so that the server itself stays as it is shipped. `sampled-server.ts` asks.
 */
const { Socket } = require("node:net");
const { monitorEventLoopDelay } = require("node:perf_hooks");
const { getHeapCodeStatistics, queryObjects, writeHeapSnapshot } = require("node:v8");

const Timeout = setTimeout(() => {}, 0).constructor;
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
let used = process.cpuUsage();

process.on("message", (question) => {
  if (question.heapSnapshot !== undefined) {
    writeHeapSnapshot(question.heapSnapshot);
    process.send({});
  } else void sample().then((answer) => process.send(answer));
});
// Asking must not keep it alive.
process.channel.unref();

async function sample() {
  // Its own collections are not the server's delays.
  const [delay50, delay99, delayMax] = [50, 99, 100].map((share) => delays.percentile(share) / 1e6);
  const { user, system } = process.cpuUsage(used);
  // What one collection lets go of, the next one frees.
  for (let times = 0; times < 4; times++) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const compiled = getHeapCodeStatistics();
  const code = compiled.code_and_metadata_size + compiled.bytecode_and_metadata_size;
  const handles = process.getActiveResourcesInfo();
  // Those that keep no process alive are counted as well.
  const timers = queryObjects(Timeout);
  const sockets = queryObjects(Socket);
  used = process.cpuUsage();
  delays.reset();
  const processorMs = (user + system) / 1000;
  return {
    heap: heapUsed - code,
    code,
    external,
    resident: rss,
    handles: handles.length,
    sockets,
    timers,
    processorMs,
    delay50,
    delay99,
    delayMax,
  };
}
