/** Scores a shown text against what the author wrote there. */
export interface Score {
  readonly lines: number;
  readonly rightLines: number;
  readonly wrongLines: number;
  readonly wrongCharacters: number;
  readonly isFirstLineRight: boolean;
}

/** Lines are right from the first on, as long as each equals the author's; blanks at its end aside. */
export function scoreOf(shown: string, gold: string): Score {
  if (shown === "") {
    return { lines: 0, rightLines: 0, wrongLines: 0, wrongCharacters: 0, isFirstLineRight: false };
  }
  const lines = shown.split("\n").map((line) => line.trimEnd());
  const wanted = gold.split("\n").map((line) => line.trimEnd());
  let rightLines = 0;
  while (rightLines < lines.length && lines[rightLines] === wanted[rightLines]) rightLines++;
  let rightCharacters = 0;
  while (rightCharacters < shown.length && shown[rightCharacters] === gold[rightCharacters]) {
    rightCharacters++;
  }
  return {
    lines: lines.length,
    rightLines,
    wrongLines: lines.length - rightLines,
    wrongCharacters: shown.length - rightCharacters,
    isFirstLineRight: rightLines > 0,
  };
}

/** The number of whole lines of `answer` that scores best against `gold`: right lines less wrong ones. */
export function bestCut(answer: string, gold: string): string {
  const lines = answer.split("\n");
  let best = "";
  let bestValue = 0;
  for (let count = 1; count <= lines.length; count++) {
    const candidate = lines.slice(0, count).join("\n");
    const { rightLines, wrongLines } = scoreOf(candidate, gold);
    if (rightLines - wrongLines > bestValue) {
      best = candidate;
      bestValue = rightLines - wrongLines;
    }
  }
  return best;
}

/**
 * Right lines of what is shown, less those that as many lines of the model's own text have; its first line
 * counts where nothing is shown.
 */
export function changeOf(
  shown: string,
  { answer, gold }: { readonly answer: string; readonly gold: string },
): number {
  const count = shown === "" ? 1 : shown.split("\n").length;
  const raw = answer.split("\n").slice(0, count).join("\n");
  return scoreOf(shown, gold).rightLines - scoreOf(raw, gold).rightLines;
}
