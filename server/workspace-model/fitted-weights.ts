/**
 * The fitted numbers, written by the benchmark's `--fit`: logistic regressions, and maximum likelihood for the
 * mixture. Fitted on replayed releases and held-out lines of TypeScript, JavaScript, Python, Go and Rust packages.
 */
import type { Weights } from "./weights.ts";

// oxfmt-ignore
export const fittedWeights: Weights = {
  token: [
    0.5903, 1.1105, -0.418, -0.0095, 0.8111, 1.3529, 0.6789, 0.1118,
    1.3585, -2.4599, 0.584, 0.7403, 0.0729, -0.2785, -1.048, -1.0724,
    -1.0448, 0.1775, -0.7869, 1.0712, 0.8366, 0, 0.6971, 0.2377,
    4.9209, 0.1735,
  ],
  continuation: [
    -5.9086, -0.0953, 1.4417, 0.3031, -0.0844, 0.6121, -0.2503, -0.3175,
    0.2511, -0.2246, -0.4678, -2.3803, 2.7576, 0.4285, 1.0952, -0.9258,
    -1.0089, -0.6591, 0.4658, 0,
  ],
  rerank: [
    -3.63, 0.3128, 2.5898, 0.5918, -0.0417, 0.813, -1.2007, 1.1071,
    1.8843, 0.4682, 0.2767, 0.1705, 0.3684, 0.4146, 0.0281, -1.3427,
    -0.0915, 0.7562, 0.3298, 0.2143, 0.3676, -0.891, -0.3005, 0.1637,
  ],
  prefix: [
    -0.2959, -0.2798, 0.8866, -1.05, 0.9808, -0.0069, -0.0256, -0.3493,
    1.0555, -0.407, 0.0837,
  ],
};
