/**
 * Node's flags for a thread that opens SQLite: Node would print as text that its `node:sqlite` is experimental, where all else
 * that is printed is the log's JSON lines.
 */
export function quietArgs(): string[] {
  return [...process.execArgv, '--disable-warning=ExperimentalWarning'];
}
