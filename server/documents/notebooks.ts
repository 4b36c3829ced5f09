/** The order of the cells in each open notebook. Cells themselves are ordinary documents. */
export class Notebooks {
  /** By the notebook's URI, from top to bottom. */
  readonly #cells = new Map<string, readonly string[]>();

  open(notebook: string, cells: readonly string[]): void {
    this.#cells.set(notebook, cells);
  }

  /** Cells were inserted, removed or moved. Clients send a move as a removal and an insertion. */
  splice(notebook: string, start: number, deleteCount: number, cells: readonly string[]): void {
    const known = this.#cells.get(notebook) ?? [];
    this.#cells.set(notebook, known.toSpliced(start, deleteCount, ...cells));
  }

  close(notebook: string): void {
    this.#cells.delete(notebook);
  }

  /** The cells above this one, from top to bottom. Empty for a document that is not a cell. */
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
