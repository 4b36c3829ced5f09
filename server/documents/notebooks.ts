/** The order of the cells in each open notebook. The cells themselves are documents like others. */
export class Notebooks {
  /** By the notebook's URI, from top to bottom. */
  readonly #cells = new Map<string, readonly string[]>();

  open(notebook: string, cells: readonly string[]): void {
    this.#cells.set(notebook, cells);
  }

  /** Cells were put in, taken out, or moved, which clients send as both. */
  splice(notebook: string, start: number, deleteCount: number, cells: readonly string[]): void {
    const known = this.#cells.get(notebook) ?? [];
    this.#cells.set(notebook, known.toSpliced(start, deleteCount, ...cells));
  }

  close(notebook: string): void {
    this.#cells.delete(notebook);
  }

  /** The cells above this one, from top to bottom; none for a document that is no cell. */
  above(cell: string): readonly string[] {
    for (const cells of this.#cells.values()) {
      const at = cells.indexOf(cell);
      if (at >= 0) return cells.slice(0, at);
    }
    return [];
  }

  isCell(uri: string): boolean {
    return [...this.#cells.values()].some((cells) => cells.includes(uri));
  }
}
