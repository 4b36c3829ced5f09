// What the tests have in VS Code beside our extension: a second, trivial server, and a key that the extensions'
// side answers. It answers in order, so that the window has then handled all that was said before.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

exports.activate = async () => {
  const echo = vscode.window.createStatusBarItem("echo");
  let count = 0;
  vscode.commands.registerCommand("other.echo", () => {
    echo.text = `echo ${++count}`;
    echo.show();
  });
  const server = { command: "typescript-language-server" };
  const client = new LanguageClient("other", "other", server, {
    documentSelector: [{ language: "javascript" }],
  });
  await client.start();
};
