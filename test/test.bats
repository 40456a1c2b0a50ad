#!/usr/bin/env bats
# lab/test: what it runs, what it leaves out on a slow machine, and that what fails is counted.
# shellcheck disable=SC2154,SC2016 # what sandbox.bash sets; what the stubs expand

bats_require_minimum_version 1.5.0
load sandbox

# stub NAME COMMAND...: in place of a step, so that no kernel is built; what it was asked to do is kept
stub() {
	printf '%s\n' '#!/bin/bash' "printf '%s\n' \"\$(basename \"\$0\") \$TREE \$ARCH \$CONFIG \$*\" >>'$BATS_TEST_TMPDIR/asked'" "$2" >"$box/$1"
	chmod +x "$box/$1"
}

setup() {
	local step
	sandbox
	cp -r "$real/mutants" "$box/"
	mkdir "$box/bin" "$box/test"
	for step in deps fetch tree image run suite; do stub "lab/$step" ''; done
	for step in backports drift model mutants proof; do stub "lab/$step" 'printf "1..1\nok it\n"'; done
	stub bin/bats 'printf "1..1\nok it\n"'
	stub bin/shellcheck ''
	PATH=$box/bin:$PATH
	# What the stub of lab/suite does not leave: of 7.3 with coherent memory, one test passed.
	stub lab/suite "mkdir -p '$box/build/results'
		echo '{\"programs\":[{\"tests\":[{\"status\":\"pass\"}]}]}' >'$box/build/results/7.3-x86_64-queue-slim-coherent.json'"
}

asked() { grep -c "^$*" "$BATS_TEST_TMPDIR/asked"; }

@test "each tree's kernels, mutants and proof" {
	run --separate-stderr lab/test
	[ "$status" = 0 ]
	# The lab's scripts 2, kernels 11, coherent memory 3; two each, with the plan: queue/bugs, queue/drift, the model,
	# bats, and the mutants and the proof of five trees.
	[ "${lines[-1]}" = '44 passed, 0 failed, 0 skipped' ]
	[ "$(asked run)" = 11 ]
	[ "$(asked mutants)" = 5 ]
	[ "$(asked proof)" = 5 ]
}

@test "what is not built when the time is over is left out, and said" {
	LAB_TEST_MINUTES=0 run --separate-stderr lab/test
	[ "$status" = 0 ]
	[ "${lines[-1]}" = '10 passed, 0 failed, 16 skipped' ]
	[[ $output == *'ok 5.10 arm64 slim # skip not built when 0 minutes were over'* ]]
	[[ $output == *'ok mutants and proof 6.12 # skip not built when 0 minutes were over'* ]]
	run ! asked run
}

@test "what is built is run however late it is" {
	local image='build/image/$TREE-$ARCH-${VARIANT//\//-}-$CONFIG'
	stub lab/image "mkdir -p $image && touch $image/meta"
	# Until the last image is there.
	stub bin/bats "timeout 60 sh -c 'until [ -f build/image/5.10-x86_64-mutant-no-dirty-transfer-slim/meta ]; do sleep 0.1; done'
		printf '1..1\nok it\n'"
	LAB_TEST_MINUTES=0 run --separate-stderr lab/test
	[ "$status" = 0 ]
	[ "$(asked run 5.10)" = 2 ]
	[ "$(asked mutants 5.10)" = 1 ]
}

@test "a queue that does not pass fails the whole" {
	stub lab/run '[[ $TREE-$ARCH != 6.1-arm64 ]]'
	run -1 --separate-stderr lab/test
	[[ $output == *'not ok make run TREE=6.1 ARCH=arm64 CONFIG=slim'* ]]
	[ "${lines[-1]}" = '43 passed, 1 failed, 0 skipped' ]
}

@test "mutants whose plan is not met fail the whole" {
	stub lab/mutants 'printf "1..2\nok it\n"'
	run -1 --separate-stderr lab/test
	[[ $output == *'not ok mutants 5.10: 1 results of 2 planned'* ]]
}

@test "base is booted once more where a test did not fail on it" {
	stub lab/proof "printf '1..1\n'
		if [[ \$TREE != 6.1 || -e '$BATS_TEST_TMPDIR/second' ]]; then echo 'ok it'; exit; fi
		touch '$BATS_TEST_TMPDIR/second'
		echo 'not ok it'
		exit 1"
	stub lab/run '[[ -z ${REUSE:-} ]] && echo "run-anew $TREE $ARCH" >>'"'$BATS_TEST_TMPDIR/asked'"' || true'
	run --separate-stderr lab/test
	[ "$status" = 0 ]
	[ "$(asked run-anew)" = 2 ]
	[ "$(asked run-anew 6.1 arm64)" = 1 ]
	[ "${lines[-1]}" = '46 passed, 0 failed, 0 skipped' ]
}

@test "a test that never fails on base fails the whole" {
	stub lab/proof 'printf "1..1\nnot ok it\n"; exit 1'
	run -1 --separate-stderr lab/test
	[[ $output == *'not ok it'* ]]
	[ "${lines[-1]}" = '50 passed, 5 failed, 0 skipped' ]
}
