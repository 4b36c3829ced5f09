/**
 * The fitted numbers, written by the benchmark's `--fit`: logistic regressions, and maximum likelihood for the
 * mixture. Fitted on replayed releases and held-out lines of TypeScript, JavaScript, Python, Go and Rust packages;
 * for removed lines, the others held, on replayed commits of tRPC, viem, TanStack DB, Tiptap, GRUB and calibre.
 */
import type { Weights } from "./weights.ts";

// oxfmt-ignore
export const fittedWeights: Weights = {
  token: [
    0.4724, 1.3129, -0.518, 0.3387, 0.6516, 1.2298, 0.7002, 0.0888,
    1.5791, -2.5702, 0.6743, 0.0335, -0.242, 0.2761, -1.158, -0.7906,
    -0.9397, 0.1394, -0.602, 1.0098, 0.7985, 0.9377, 0.6399, 0.34,
    -1.2193, -0.2099, -1.6005, 5.1211, 0.2123,
  ],
  continuation: [
    -6.5612, 0.4907, 1.0731, 0.1101, 0.4777, 0.3581, 0.08, -0.0677,
    0.3133, 0.3999, -0.2874, -2.3315, 2.6938, 0.5568, 1.0174, -0.9681,
    -1.2134, -0.6415, 0.4362, 1.9943, -3.2174, -5.3283,
  ],
  rerank: [
    -3.452, 0.2492, 2.284, 0.8842, -0.2443, 0.5588, -1.2983, 1.1761,
    1.4389, 0.61, 0.2688, 0.1871, 0.3095, 0.3974, 0.0774, -1.4209,
    0.0021, 0.8926, 0.266, 0.1911, 0.53, -1.1409, -0.286, 0.1336,
    -0.4069,
  ],
  prefix: [
    -0.7831, 0.2258, 0.6926, -0.7695, 1.594, -0.1135, -0.1354, -0.0402,
    0.7773, -0.2071, 0.2767, 0.2992,
  ],
  removedRerank: [
    -0.1624, 0.7262, -1.2174,
  ],
  removedPrefix: [
    0.5393, 0.7055, 1.1298, 0.027, -1.3199,
  ],
};
