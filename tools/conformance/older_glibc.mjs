// Lets the conformance runner start where the C library is older than the one it was built with.
//
// The runner asks the loader for glibc 2.38 and libstdc++ 13 because of five symbols. Their versions are marked weak in
// a copy of it, so that the loader warns instead of refusing, and a small library brings the symbols.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** The versions that Debian 12 lacks. */
const TOO_NEW = ["GLIBC_2.38", "GLIBCXX_3.4.32"];

/** `SHT_GNU_verneed`: the section that lists which versions of which libraries a program needs. */
const VERSIONS_NEEDED = 0x6ffffffe;
/** `VER_FLG_WEAK`: without this version a program starts all the same. */
const WEAK = 2;

/** Builds what is missing into a folder, and says how to start the program. */
export function forOlderGlibc(program, folder) {
  mkdirSync(folder, { recursive: true });
  const library = join(folder, "missing_symbols.so");
  compile(join(import.meta.dirname, "missing_symbols.c"), library);
  const copy = join(folder, basename(program));
  writeFileSync(copy, withWeakVersions(readFileSync(program)));
  chmodSync(copy, 0o755);
  return { program: copy, env: { ...process.env, LD_PRELOAD: library } };
}

function compile(source, library) {
  const flags = ["-O1", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source];
  const { error, status, stderr } = spawnSync("cc", flags, { encoding: "utf8" });
  if (error) {
    throw new Error("the conformance runner needs a C compiler where glibc is older than 2.38", { cause: error });
  }
  if (status !== 0) {
    throw new Error(`cc fails on ${source}:\n${stderr}`);
  }
}

/** A program (64-bit ELF, little endian) that starts without the versions that are too new. */
function withWeakVersions(program) {
  const sections = sectionsOf(program);
  const needed = sections.find(({ type }) => type === VERSIONS_NEEDED);
  const names = sections[needed?.link];
  if (!names) {
    throw new Error("the conformance runner is no program that asks for versions");
  }
  const nameAt = (offset) =>
    program.toString("latin1", names.offset + offset, program.indexOf(0, names.offset + offset));
  // Both are linked lists: libraries (`Verneed`), and for each its versions (`Vernaux`). Steps are relative.
  for (const library of linked(program, needed.offset, 12)) {
    for (const version of linked(program, library + program.readUInt32LE(library + 8), 12)) {
      if (TOO_NEW.includes(nameAt(program.readUInt32LE(version + 8)))) {
        program.writeUInt16LE(program.readUInt16LE(version + 4) | WEAK, version + 4);
      }
    }
  }
  return program;
}

/** The type, the place in the file, and the related section of each section. */
function sectionsOf(program) {
  const table = Number(program.readBigUInt64LE(0x28));
  const size = program.readUInt16LE(0x3a);
  const count = program.readUInt16LE(0x3c);
  return Array.from({ length: count }, (_, index) => {
    const header = table + index * size;
    return {
      type: program.readUInt32LE(header + 4),
      offset: Number(program.readBigUInt64LE(header + 24)),
      link: program.readUInt32LE(header + 40),
    };
  });
}

/** The offsets of a linked list's entries, each of which says at `next` how far the following one is; 0 is the end. */
function* linked(program, first, next) {
  for (let entry = first, step = 1; step !== 0; entry += step) {
    yield entry;
    step = program.readUInt32LE(entry + next);
  }
}
