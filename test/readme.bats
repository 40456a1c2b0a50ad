#!/usr/bin/env bats
# What README.md shows must stand in results/, beside the command that printed it.
bats_require_minimum_version 1.5.0

@test "each line of the table in the README is in results/, in this order" {
	cd "$BATS_TEST_DIRNAME/.."
	# shellcheck disable=SC2016 # backquotes of Markdown
	sed -n '/^```$/,/^```$/p' README.md | sed '/^```$/d; /^\.\.\.$/d' >"$BATS_TEST_TMPDIR/shown"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/shown")" -gt 20 ]
	# Lines of the results may be left out, so nothing may be there that they do not have.
	run -1 grep '^<' <(diff "$BATS_TEST_TMPDIR/shown" results/run-7.3-x86_64.txt)
	[ -z "$output" ]
}

@test "the versions in results/ are those that the queue is based on" {
	cd "$BATS_TEST_DIRNAME/.."
	for file in results/run-*.txt; do
		tree=$(sed -nE '1s/.* TREE=([^ ]*).*/\1/p' "$file")
		version=$(sed -n 's/^version=//p' "queue/$tree/base")
		sed -n 2p "$file" | grep -qF "$tree  $version  "
	done
}

# gains: that section of the README
gains() { sed -n '/^## What it gains$/,/^## /p' README.md; }

@test "each figure under What it gains is a line of a table that make bench has written" {
	cd "$BATS_TEST_DIRNAME/.."
	gains | grep -E '^(\| [a-z0-9]|- )' >"$BATS_TEST_TMPDIR/shown"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/shown")" -gt 8 ]
	cat results/{shootdowns,instructions,times}-7.3-x86_64.md >"$BATS_TEST_TMPDIR/measured"
	run -1 grep -vxFf "$BATS_TEST_TMPDIR/measured" "$BATS_TEST_TMPDIR/shown"
	[ "$output" = '' ]
	# Numbers that are not in such a line are not measured there.
	run -1 grep -E '[0-9]{2}' <(gains | grep -vE '^(\||- |>)' | sed 's/7\.3-x86_64//g; s/x86_64//g; s/arm64//g')
}

@test "each figure of the three sentences is in those tables" {
	cd "$BATS_TEST_DIRNAME/.."
	cat results/{shootdowns,instructions,times}-7.3-x86_64.md >"$BATS_TEST_TMPDIR/measured"
	gains | sed -n 's/^> //p' | grep -oE '[0-9]+(\.[0-9]+)?( [kM]B)?' >"$BATS_TEST_TMPDIR/figures"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/figures")" -gt 8 ]
	while IFS= read -r figure; do
		grep -qwF -- "$figure" "$BATS_TEST_TMPDIR/measured" || { echo "not measured: $figure"; return 1; }
	done <"$BATS_TEST_TMPDIR/figures"
}

@test "the columns under What it gains are those of the tables" {
	cd "$BATS_TEST_DIRNAME/.."
	[ "$(gains | grep -c '^| [a-z ]* |.*base')" = 2 ]
	gains | grep -E '^\| (memory|other threads) \|' | while IFS= read -r heading; do
		grep -qxF "$heading" results/{shootdowns,times}-7.3-x86_64.md
	done
}

@test "the tables of make bench are those of the versions that the queue is based on, and go with their figures" {
	cd "$BATS_TEST_DIRNAME/.."
	for file in results/{shootdowns,instructions,times}-*.md; do
		tree=$(sed -nE 's/^    \$ make bench .* TREE=([^ ]*) ARCH=.*/\1/p' "$file")
		grep -qF "Kernel $(sed -n 's/^version=//p' "queue/$tree/base"), " "$file"
		[ -s "${file%.md}.csv" ]
		grep -q '</svg>' "${file%.md}.svg"
		grep -qF "](${file#results/}" <(sed 's/\.svg)/.md)/' "$file")
		# As many rows as the figures have.
		[ "$(grep -c '^| ' "$file")" = "$(wc -l <"${file%.md}.csv")" ]
	done
}
