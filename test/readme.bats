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
