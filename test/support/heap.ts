/** The heap after a full collection, which is asked for through a context that knows `gc`. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
