#!/usr/bin/env bats
# Each test that a queue adds must have failed. lab/proof, in make test, sees to that when the kernels have run; here is what can
# be known in a second, from results/ and from what the mutants say of themselves.

bats_require_minimum_version 1.5.0

@test "each added test fails on base in results/, or on a mutant that make test runs" {
	cd "$BATS_TEST_DIRNAME/.."
	for base in queue/*/base; do
		tree=$(basename "$(dirname "$base")")
		bash -c '. lab/common.sh; added_tests "$1"' - "$tree" >"$BATS_TEST_TMPDIR/added"
		[ -s "$BATS_TEST_TMPDIR/added" ]
		{
			# In each result the first columns are base's.
			for result in results/run-"$tree"-*.txt; do
				awk '$2 == "fail" { print $1 }' "$result"
			done
			bash -c '. lab/common.sh; enough_mutants "$1"' - "$tree" | while read -r mutant; do
				sed -n 's/^Caught-by: [a-z-]* //p' "mutants/$tree/$mutant.patch"
			done
		} | tr . '\n' | sort -u >"$BATS_TEST_TMPDIR/failed"
		if grep -vxFf "$BATS_TEST_TMPDIR/failed" "$BATS_TEST_TMPDIR/added" >"$BATS_TEST_TMPDIR/never"; then
			echo "$tree: fails nowhere: $(paste -sd' ' "$BATS_TEST_TMPDIR/never")"
			false
		fi
	done
}
