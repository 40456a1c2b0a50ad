#!/usr/bin/env bats
# lab/prefixes: does each fix make its tests pass without the patches behind it? Building and booting are replaced by stand-ins.
# shellcheck disable=SC2154,SC2016 # what the stand-ins are to expand
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	export TREE=7.3 ARCH=x86_64 CONFIG=slim
	mkdir -p queue/7.3 build/results
	cp "$real/queue/7.3/base" queue/7.3/
	cp -r "$real/queue/7.3/1-fixes" queue/7.3/
	printf '#!/bin/sh\necho "$VARIANT" >>build/variants\n' >lab/tree
	printf '#!/bin/sh\n' >lab/image
	printf '#!/bin/sh\ncat build/claims\n' >lab/backports
	cat >lab/suite <<'EOF'
#!/bin/sh
echo "$HMM_TESTS|$KUNIT_TESTS" >>build/asked
cp build/wanted.json build/results/x.json
echo x
exit "$(cat build/status)"
EOF
	chmod +x lab/tree lab/image lab/suite lab/backports
	echo 0 >build/status
	printf '%s\t%s\n' 1-fixes/0013 collect_wide_hole 1-fixes/0027 ksm 1-fixes/0027 ksm_forked >build/claims
}

result() { # NAME STATUS...: what the tests ended with
	printf '%s %s\n' "$@" | jq -R 'split(" ") | {name: .[0], status: .[1]}' | jq -s '{programs: [{tests: .}]}' >build/wanted.json
}

@test "each fix is booted with those before it, and runs its own tests" {
	result migrate_device.collect_wide_hole pass hmm_huge.ksm pass hmm_huge.ksm_forked pass
	run -0 --separate-stderr lab/prefixes
	[ "$output" = $'1..2\nok 1-fixes/0013: passed collect_wide_hole\nok 1-fixes/0027: passed ksm, ksm_forked' ]
	[ "$(cat build/variants)" = $'upto/1-fixes-0013\nupto/1-fixes-0027' ]
	[ "$(cat build/asked)" = $'none|migrate_device.collect_wide_hole\nksm ksm_forked|none' ]
}

@test "a test that fails, is skipped or did not run" {
	echo 1 >build/status
	result migrate_device.collect_wide_hole skip hmm_huge.ksm fail
	run -1 --separate-stderr lab/prefixes
	[ "$output" = $'1..2\nnot ok 1-fixes/0013: not passed: collect_wide_hole\nnot ok 1-fixes/0027: not passed: ksm, ksm_forked' ]
}

@test "tests that pass while the kernel complains" {
	echo 1 >build/status
	result migrate_device.collect_wide_hole pass hmm_huge.ksm pass hmm_huge.ksm_forked pass
	run -1 --separate-stderr lab/prefixes
	[ "${lines[1]}" = 'not ok 1-fixes/0013: its tests pass, and the kernel complained' ]
}

@test "a queue that fixes nothing" {
	: >build/claims
	refused "prefixes: queue/7.3 fixes nothing that a test shows" lab/prefixes
}

@test "those that are asked for, and one that is not there" {
	result hmm_huge.ksm pass hmm_huge.ksm_forked pass
	run -0 --separate-stderr lab/prefixes 1-fixes/0027
	[ "$output" = $'1..1\nok 1-fixes/0027: passed ksm, ksm_forked' ]
	refused "prefixes: no patch '1-fixes/0028' of queue/7.3 that a test shows: 1-fixes/0013, 1-fixes/0027" lab/prefixes 1-fixes/0028
}
