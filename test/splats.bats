#!/usr/bin/env bats
# What lab/judge takes for a splat, and the lists of what is allowed. test/fixtures/splats/ are what kernels print when
# something is wrong, test/fixtures/quiet/ is what they print when nothing is.

setup() {
	top=$BATS_TEST_DIRNAME/..
	fixtures=$BATS_TEST_DIRNAME/fixtures
	export RESULTS=$BATS_TEST_TMPDIR/results
	export KUNIT_PARSER=${KUNIT_PARSER:-$(cd "$top" && pwd)/build/kunit}
}

# A copy of lab/ whose lists a test may change.
private_lab() {
	mkdir "$BATS_TEST_TMPDIR/top"
	cp -r "$top/lab" "$BATS_TEST_TMPDIR/top/lab"
	private=$BATS_TEST_TMPDIR/top/lab
}

@test "an allowed splat does not fail a boot, in the tree and variant that it is allowed for" {
	private_lab
	printf '7.*\t*\tq*\t*\tWARNING: mm/rmap.c:1703 at .*\tonly for this test\n' >"$private/allowed-splats"
	mkdir "$BATS_TEST_TMPDIR/boot"
	cp "$fixtures/boot/"* "$BATS_TEST_TMPDIR/boot"
	cp "$fixtures/judge/warning-among-passes/"* "$BATS_TEST_TMPDIR/boot"
	run "$private/judge" boot "$BATS_TEST_TMPDIR/boot"
	[ "$status" -eq 0 ]
	jq -e '.splats[0].allowed == "only for this test"' "$RESULTS/boot.json"
	run "$private/judge" splats "$BATS_TEST_TMPDIR/boot/console.log"
	[ "$status" -eq 0 ]
	for other in tree=6.12 variant=base; do
		sed "s/^${other%%=*}=.*/$other/" "$fixtures/boot/meta" >"$BATS_TEST_TMPDIR/boot/meta"
		run "$private/judge" boot "$BATS_TEST_TMPDIR/boot"
		[ "$status" -eq 1 ]
	done
}

@test "an allow list's entry without a reason is an error" {
	for list in allowed-splats allowed-skips; do
		private_lab
		printf '*\t*\t*\t*\tWARNING: .*\n' >>"$private/$list"
		run "$private/judge" boot "$fixtures/boot"
		[ "$status" -ne 0 ]
		[[ $output == *"$list:"*"reason"* ]]
		[ ! -e "$RESULTS/boot.json" ]
		rm -rf "$BATS_TEST_TMPDIR/top"
	done
}

@test "every splat pattern is hit by a recorded line" {
	"$top/lab/judge" patterns >"$BATS_TEST_TMPDIR/patterns"
	[ -s "$BATS_TEST_TMPDIR/patterns" ]
	while IFS= read -r pattern; do
		echo "pattern: $pattern"
		grep -qaE -e "$pattern" "$fixtures"/splats/*.log
	done <"$BATS_TEST_TMPDIR/patterns"
}

@test "every recorded splat is found" {
	for log in "$fixtures"/splats/*.log; do
		echo "$log"
		run "$top/lab/judge" splats "$log"
		[ "$status" -eq 1 ]
		[ -n "$output" ]
	done
}

@test "ordinary boots have no splat" {
	for log in "$fixtures"/quiet/*.log; do
		run "$top/lab/judge" splats "$log"
		echo "$output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "a scan that cannot run fails" {
	: >"$BATS_TEST_TMPDIR/empty"
	echo "no kernel here" >"$BATS_TEST_TMPDIR/other"
	for log in "$BATS_TEST_TMPDIR"/{missing,empty,other}; do
		run "$top/lab/judge" splats "$log"
		[ "$status" -eq 2 ]
	done
	private_lab
	for broken in '(' ''; do
		echo "$broken" >"$private/splats"
		run "$private/judge" splats "$fixtures/boot/console.log"
		[ "$status" -eq 2 ]
	done
}
