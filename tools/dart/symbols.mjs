// Compares what two folders of generated Dart messages declare, symbol by symbol: classes, enums and what they extend;
// constructors, members and constants with their types and parameters.
//
// usage: node symbols.mjs OURS REFERENCE [--all]
//
// Files that only one of the folders has, and protoc-gen-dart's clients of services, are passed over. Without `--all`, at
// most 20 differences of a kind are shown. Ends with 0 where the reference has nothing that ours lack.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The text without comments, and without the contents of strings. */
function code(text) {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|(r?)'((?:[^'\\\n]|\\.)*)'/g, (match) => (match.endsWith("'") ? "''" : ""));
}

/** Where the bracket that opens at an index closes. */
function closing(text, open) {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if ("({[".includes(text[at])) depth++;
    if (")}]".includes(text[at]) && --depth === 0) return at;
  }
  throw new Error("a bracket is not closed");
}

/** The declarations of a class's body or of a file: each up to its `;`, or to the end of its body. */
function declarations(text) {
  const found = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if ("([{".includes(text[at])) {
      const body = text[at] === "{" && !/=\s*$|=>[^;]*$/.test(text.slice(start, at));
      at = closing(text, at);
      if (body && !/^\s*(=>|;)/.test(text.slice(at + 1))) {
        found.push(text.slice(start, at + 1));
        start = at + 1;
      }
    } else if (text[at] === ";") {
      found.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  return found.map((declaration) => declaration.replace(/@[$\w.]+(\([^()]*\))?/g, " ").replace(/\s+/g, " ").trim());
}

/** Without prefixes of imports, which are not the same in both, and without what layout decides. */
function plain(text) {
  return text
    .replace(/\$\w+\./g, "")
    .replace(/\s*([<>(){}[\],?:])\s*/g, "$1")
    .replace(/,([)}\]])/g, "$1")
    .trim();
}

/** A declaration up to its body or its value. */
function head(declaration) {
  let depth = 0;
  for (let at = 0; at < declaration.length; at++) {
    const c = declaration[at];
    if (depth === 0 && (c === "{" || c === "=" || c === ";")) return declaration.slice(0, at);
    if ("([{".includes(c)) depth++;
    if (")]}".includes(c)) depth--;
  }
  return declaration;
}

/** A member without its body: null where it is private. */
function member(declaration) {
  const signature = head(declaration).trim();
  const setter = /\bset ([$\w]+)\((.*) \w+,? ?\)/.exec(signature);
  if (setter !== null) return plain(`set ${setter[1]}(${setter[2]})`);
  const name = /([$\w.]+)\s*(\(|$)/.exec(signature)?.[1] ?? "";
  if (/^_|\._$/.test(name)) return null;
  // Of what has a value, the type may be left out.
  const constant = /^static (const|final) .*?([$\w]+)$/.exec(signature);
  return constant === null ? plain(signature) : `static ${constant[1]} ${constant[2]}`;
}

/** What a file declares: one line each. */
function symbols(text) {
  const found = new Set();
  for (const declaration of declarations(code(text))) {
    const type = /^(?:abstract |base |final )*(class|enum) ([$\w]+)([^{]*)\{(.*)\}$/s.exec(declaration);
    if (type === null) continue;
    const [, kind, name, heritage, body] = type;
    // The clients of services are not Bellwire's.
    if (name.startsWith("_") || /\bRpcClient _client;/.test(body)) continue;
    if (kind === "enum") {
      found.add(`enum ${name}`);
      for (const value of body.split(",")) if (value.trim()) found.add(`${name}.${value.trim()}`);
      continue;
    }
    found.add(`class ${name} ${plain(heritage.replace(/ with .*/, ""))}`);
    for (const one of declarations(body)) {
      const signature = member(one);
      if (signature) found.add(`${name}: ${signature}`);
    }
  }
  return found;
}

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => /\.(pb|pbenum)\.dart$/.test(path))
    .sort();
}

/** What kind of symbol it is, for the summary: its line without names. */
function kindOf(symbol) {
  const [owner, signature] = symbol.split(": ");
  if (signature === undefined) return owner.includes(".") ? "case of a oneof" : owner.split(" ")[0];
  if (/\b(get|set) /.test(signature)) return /\b(get|set) /.exec(signature)[1];
  if (signature.startsWith("factory ")) return signature.includes(".") ? "named constructor" : "constructor";
  if (/^static (const|final)/.test(signature)) return "constant";
  return /([$\w]+)\(/.exec(signature)?.[1].replace(/^(has|clear|ensure|which)[A-Z_$0-9].*/, "$1…") ?? "static";
}

const [ours, reference, all] = process.argv.slice(2);
const totals = { files: 0, symbols: 0, same: 0 };
const differences = new Map();
for (const path of files(reference)) {
  if (!existsSync(join(ours, path))) continue;
  const [mine, theirs] = [ours, reference].map((folder) => symbols(readFileSync(join(folder, path), "utf8")));
  totals.files += 1;
  totals.symbols += theirs.size;
  const note = (symbol, side) => {
    const kind = `${side}: ${kindOf(symbol)}`;
    differences.set(kind, [...(differences.get(kind) ?? []), `${path}: ${symbol}`]);
  };
  for (const symbol of theirs) {
    if (mine.has(symbol)) totals.same += 1;
    else note(symbol, "only in the reference");
  }
  for (const symbol of mine) if (!theirs.has(symbol)) note(symbol, "only in ours");
}
for (const [kind, lines] of [...differences].sort()) {
  console.log(`${kind} (${lines.length})`);
  for (const line of all ? lines : lines.slice(0, 20)) console.log(`  ${line}`);
}
console.log(`${totals.files} files, ${totals.symbols} symbols, ${totals.same} of them the same in both`);
process.exitCode = totals.same === totals.symbols ? 0 : 1;
