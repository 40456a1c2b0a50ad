#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What gcov counted in one source file, against the list of what need not be reached. For lab/coverage.

usage: coverage.py COUNTS SOURCE NAME LIST TREE ARCH INFO

COUNTS is gcov's JSON, SOURCE the file that was compiled, NAME how it is called. Prints the figure and each line that
was not reached with its reason, and writes INFO, a tracefile for genhtml. Exit status 1: fewer lines than LEAST
percent, a line without a reason, or an entry of LIST that no longer holds; 2: it could not be judged.
"""
import fnmatch
import json
import re
import sys
import textwrap

LEAST = 90


def fail(message):
    print(f"coverage: {message}", file=sys.stderr)
    sys.exit(2)


def read_functions(source):
    """The functions of a file in kernel style: [(name, first line, last line)]."""
    functions, name, start = [], None, 0
    for number, line in enumerate(source, 1):
        head = re.match(r"[A-Za-z_].*?\b(\w+)\(", line)
        if head:
            name, start = head.group(1), number
        elif line.startswith("}") and name:
            functions.append((name, start, number))
            name = None
    return functions


def squeeze(source, first, last):
    """These lines without comments, on one line with single spaces; and for each character the line it is from."""
    text, lines, in_comment = "", [], False
    for number in range(first, last + 1):
        line = source[number - 1]
        if in_comment:
            end = line.find("*/")
            if end < 0:
                continue
            line, in_comment = line[end + 2:], False
        line = re.sub(r"/\*.*?\*/", " ", line)
        if "/*" in line:
            line, in_comment = line[:line.index("/*")], True
        line = " ".join(line.split())
        if line:
            text += line + " "
            lines += [number] * (len(line) + 1)
    return text, lines


def read_counts(path, name):
    """({line: times it was reached}, [(line, branch, times taken)], {function: times called}) of one file."""
    try:
        with open(path, encoding="utf-8") as f:
            files = [f for f in json.load(f)["files"] if ("/" + f["file"]).endswith("/" + name)]
    except (OSError, ValueError, KeyError) as e:
        fail(f"{path}: not what gcov --json-format prints: {e!r}")
    if len(files) != 1 or not files[0]["lines"]:
        fail(f"{path} has no lines of {name}")
    counts, branches = {}, []
    for line in files[0]["lines"]:
        number = line["line_number"]
        counts[number] = counts.get(number, 0) + line["count"]
        branches += [(number, i, branch["count"]) for i, branch in enumerate(line["branches"])]
    return counts, branches, {f["name"]: f["execution_count"] for f in files[0]["functions"]}


def read_list(path, tree, arch):
    """The entries that hold for this tree and architecture: [(where, function, text, reason)]."""
    entries = []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            columns = line.split("\t")
            if len(columns) != 5 or not all(columns):
                fail(f"{path}:{number}: an entry needs five columns separated by tabs; the last is its reason")
            if fnmatch.fnmatchcase(tree, columns[0]) and fnmatch.fnmatchcase(arch, columns[1]):
                entries.append((number, *columns[2:]))
    return entries


def apply(entry, source, functions, counts, reasons):
    """Give the lines of one entry its reason; what is wrong with it is returned."""
    where, function, text, reason = entry
    spans = [f[1:] for f in functions if f[0] == function]
    what, _, then = (re.escape(text).replace(r"\ \.\.\.\ ", ".*?")).partition(r"\ >>>\ ")
    pattern = rf"(?<!\w){what}(?=\s*{then})"
    hits = 0
    for first, last in spans:
        squeezed, lines = squeeze(source, first, last)
        for hit in re.finditer(pattern, squeezed):
            hits += 1
            within = sorted({n for n in lines[hit.start():hit.end()] if n in counts})
            # What comes before the first line that is not reached says where it is.
            missed = [n for n in within if not counts[n]]
            after = [n for n in within if missed and n > missed[0] and counts[n]]
            if (not missed or after) and not reason.startswith("sometimes: "):
                return f"entry {where}, {function}: line {after[0] if after else (within or [first])[-1]} is reached: {text}"
            for n in missed:
                if n in reasons and reasons[n] != reason:
                    return f"entry {where}, {function}: line {n} has another reason already: {text}"
                reasons[n] = reason
    return None if hits else f"entry {where}, {function}: there is no such text: {text}"


def write_info(path, source_path, functions, counts, branches, calls):
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"TN:\nSF:{source_path}\n")
        for name, first, _ in functions:
            if name in calls:
                f.write(f"FN:{first},{name}\nFNDA:{calls[name]},{name}\n")
        for number, branch, count in branches:
            f.write(f"BRDA:{number},0,{branch},{count if counts[number] else '-'}\n")
        for number in sorted(counts):
            f.write(f"DA:{number},{counts[number]}\n")
        f.write("end_of_record\n")


def percent(part, whole):
    """Rounded down: 89.96 % is not 90 %."""
    return f"{part * 1000 // whole / 10 if whole else 100:.1f} % ({part} of {whole})"


def main():
    counts_path, source_path, name, list_path, tree, arch, info = sys.argv[1:]
    with open(source_path, encoding="utf-8") as f:
        source = f.read().splitlines()
    counts, branches, calls = read_counts(counts_path, name)
    if max(counts) > len(source):
        fail(f"{source_path} has {len(source)} lines, gcov counted line {max(counts)}: not the file that was compiled")
    functions = read_functions(source)
    write_info(info, source_path, functions, counts, branches, calls)

    reasons = {}
    problems = [apply(e, source, functions, counts, reasons) for e in read_list(list_path, tree, arch)]
    problems = [p for p in problems if p]
    missed = sorted(n for n in counts if not counts[n])
    reached = len(counts) - len(missed)
    taken = sum(1 for b in branches if b[2])
    print(f"{name}: lines {percent(reached, len(counts))}, branches {percent(taken, len(branches))}")
    where = None
    for i, n in enumerate(missed):
        function = next((f[0] for f in functions if f[1] <= n <= f[2]), "(no function)")
        if function != where:
            print(f"not reached in {function}:")
            where = function
        print(f"{n:6d}  {' '.join(source[n - 1].split())}")
        if n not in reasons:
            problems.append(f"{function}: line {n} is not reached and has no reason: {' '.join(source[n - 1].split())}")
        elif i + 1 == len(missed) or reasons.get(missed[i + 1]) != reasons[n]:
            print(textwrap.fill(reasons[n], 100, initial_indent=" " * 10, subsequent_indent=" " * 10))
    if reached * 100 < LEAST * len(counts):
        problems.append(f"fewer than {LEAST} % of the lines are reached")
    for problem in problems:
        print(f"not ok: {problem}")
    sys.exit(bool(problems))


main()
