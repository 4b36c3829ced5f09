// What the tests have in VS Code beside our extension: a second, trivial server, and a key that the extensions'
// side answers. It answers in order, so that the window has then handled all that was said before. Who types a
// dagger kills our server before it is told of it.
const { readFileSync } = require("node:fs");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

exports.activate = async () => {
  const echo = vscode.window.createStatusBarItem("echo");
  let count = 0;
  vscode.commands.registerCommand("other.echo", () => {
    echo.text = `echo ${++count}`;
    echo.show();
  });
  vscode.workspace.onDidChangeTextDocument(({ contentChanges }) => {
    if (contentChanges.some(({ text }) => text === "†")) killServer();
  });
  const server = { command: "typescript-language-server" };
  const client = new LanguageClient("other", "other", server, {
    documentSelector: [{ language: "javascript" }],
  });
  await client.start();
};

/** The editor's process learns of the end only when it comes back from here: all it says now is said to nobody. */
function killServer() {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    .trim()
    .split(" ");
  for (const pid of children) {
    if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("fim-language-server")) continue;
    process.kill(Number(pid), "SIGKILL");
    while (!/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8")));
  }
}
