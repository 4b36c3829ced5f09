// The second, trivial server of the tests in VS Code.
const { LanguageClient } = require("vscode-languageclient/node");

exports.activate = async () => {
  const server = { command: "typescript-language-server" };
  const client = new LanguageClient("other", "other", server, {
    documentSelector: [{ language: "javascript" }],
  });
  await client.start();
};
