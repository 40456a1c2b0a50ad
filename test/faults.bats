#!/usr/bin/env bats
# lab/faults says what a boot of guest/faults came to. That the program itself sees what goes wrong is for kernels to show:
# docs/findings.md says which did.
# shellcheck disable=SC2154,SC2030,SC2031
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	export CONFIG=debug
}

@test "settings that are no good" {
	refused "faults: CONFIG=slim has no fault injection: CONFIG=debug has" env CONFIG=slim lab/faults
	refused "faults: OPERATIONS=Fork is no list of operations" env OPERATIONS=Fork lab/faults
	refused "faults: no operation 'nothing'" env OPERATIONS="fork nothing" lab/faults
	refused "faults: no variant 'new': VARIANT is base, queue, mutant/<name> or upto/<posting>-<number of the patch>" env VARIANTS=new lab/faults
	mkdir queue/5.10
	cp queue/9.1/base queue/5.10/
	refused "faults: CONFIG=debug: 5.10 has no check of page tables (v5.17 brought it)" env TREE=5.10 lab/faults
}

@test "arguments that are no good" {
	make -s -C "$BATS_TEST_DIRNAME/../guest" ARCH="$(uname -m | sed s/aarch64/arm64/)" OUT="$BATS_TEST_TMPDIR/guest"
	for args in nothing '--chance' '--chance x' '--chance -1' '--chance 1 nothing' 'fork nothing'; do
		# shellcheck disable=SC2086 # split on purpose
		run -2 "$BATS_TEST_TMPDIR/guest/faults" $args
		[ "${#lines[@]}" = 1 ]
		[[ $output == 'faults: '* ]]
	done
}

# booted VARIANT OUTCOME RECORD CONSOLE STDERR: what the stand-in for lab/boot leaves
booted() {
	mkdir -p "boots/$1"
	printf '%s\n' "$2" >"boots/$1/outcome"
	printf '%s\n' "exit n=1 name=faults $3 ms=1 stdout=0+0 stderr=0+0" >"boots/$1/status"
	printf '[    1.000000] Linux\n%s' "$4" >"boots/$1/console.log"
	printf '%s\n' 'faults: this driver cannot do it all' "$5" >"boots/$1/stderr"
	printf '%s\n' 'fork, small  allocations: 3' 'injected=3' >"boots/$1/stdout"
}

stand_ins() {
	for step in deps fetch tree image; do printf '#!/bin/sh\n' >"lab/$step"; done
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncp "boots/$VARIANT"/* "$BOOT"\n' >lab/boot
}

@test "what base does is shown, and what the queue does decides" {
	stand_ins
	booted base lost 'status=0 signal=0 timeout=0' $'[    2.000000] Oops: 0000 [#1] SMP\n' ''
	booted queue 'done' 'status=0 signal=0 timeout=0' '' ''
	run -0 --separate-stderr lab/faults
	[ "$output" = '9.1 x86_64 debug
base: fork, small  allocations: 3
base: injected=3
base: FAIL
  the VM was lost (lost)
  first splat: Oops: 0000 [#1] SMP
  this driver cannot do it all
queue: fork, small  allocations: 3
queue: injected=3
queue: PASS
  this driver cannot do it all' ]
}

@test "a splat, a status, a time-out and a lost VM fail the queue, each by itself" {
	stand_ins
	export VARIANTS=queue
	failed_with() { # LINE, and what booted() takes
		booted queue "${@:2}"
		run -1 --separate-stderr lab/faults
		[ "${lines[3]}" = 'queue: FAIL' ]
		[ "${lines[4]}" = "  $1" ]
	}
	failed_with 'first splat: WARNING: mm/x.c:1 at f' 'done' 'status=0 signal=0 timeout=0' $'[    2.000000] WARNING: mm/x.c:1 at f\n' ''
	failed_with 'leaked: 3 pages' 'done' 'status=1 signal=0 timeout=0' '' 'faults: leaked: 3 pages'
	failed_with 'it did not end: a page of the device that stays behind is waited for' 'done' 'status=0 signal=9 timeout=1' '' ''
	mkdir boots/mutant mutants/9.1 -p
	touch mutants/9.1/x.patch
	booted mutant/x 'done' 'status=0 signal=0 timeout=0' '' ''
	VARIANTS=mutant/x run -0 --separate-stderr lab/faults
	[ "${lines[1]}" = 'mutant/x: fork, small  allocations: 3' ]
	failed_with 'the VM was lost (lost)' lost 'status=0 signal=0 timeout=0' '' ''
}
