#!/usr/bin/env bats
# guest/stress sees what is lost, here on this machine without the device; lab/stress says what a boot of it came to.
# shellcheck disable=SC2154,SC2030,SC2031
bats_require_minimum_version 1.5.0
load sandbox.bash

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/../guest" ARCH="$(uname -m | sed s/aarch64/arm64/)" OUT="$BATS_FILE_TMPDIR/guest"
}

setup() {
	stress=$BATS_FILE_TMPDIR/guest/stress
	sandbox
}

# planted FAULT BYTES: the program does that to a page, once, and says that so many bytes were lost and nothing else
planted() {
	run -1 --separate-stderr "$stress" --no-device --plant "$1" 1 7 1
	[[ ${lines[-1]} =~ \ died=0\ hung=0\ lost_marks=0\ lost_bytes=$2$ ]]
	[ "$(grep -c '^stress: lost: ' <<<"$stderr")" = 1 ]
	where=$(sed -n "s/^stress: planted: $1, //p" <<<"$stderr")
	[[ $where == region* ]]
	report=$(grep '^stress: lost: ' <<<"$stderr")
	[[ $report == *"$where at 0x"* ]]
}

@test "nothing is lost where nothing loses" {
	run -0 --separate-stderr "$stress" --no-device 2 1 2
	[[ ${lines[-1]} == 'seed=1 seconds=2 operations='*' migrations=0 '*' died=0 hung=0 lost_marks=0 lost_bytes=0' ]]
	[[ $stderr == 'stress: lacks: device,'* ]]
}

@test "one byte that changed is seen" {
	planted byte 1
	[[ $report == *'lost: 1 bytes,'*'from byte 1232 '*'the page holds something else' ]]
}

@test "a page that went away is seen" {
	planted zap '[1-9][0-9]*'
	[[ $report == *'the page holds zeroes' ]]
}

@test "a page that is still there after MADV_DONTNEED is seen" {
	planted stale '[1-9][0-9]*'
	[[ $report == *'expected 0000000000000000; the page holds what was there before' ]]
}

@test "half a page that is there after MADV_FREE is seen, and its half that is gone" {
	planted torn '[1-9][0-9]*'
	[[ $report == *' or zeroes; the page holds something else' ]]
}

@test "the seed gives the sequence of operations" {
	# The history is that of the thread that saw the planted fault: nothing but the seed is in it.
	"$stress" --no-device --plant byte 1 7 1 2>one || true
	"$stress" --no-device --plant byte 1 7 1 2>two || true
	"$stress" --no-device --plant byte 1 8 1 2>three || true
	value() { sed -n 's/.*expected \([0-9a-f]*\);.*/\1/p' "$1"; }
	[ -n "$(value one)" ]
	[ "$(value one)" = "$(value two)" ]
	[ "$(value one)" != "$(value three)" ]
}

@test "an operation that hangs ends the run" {
	run -1 --separate-stderr timeout 20 "$stress" --no-device --hang 1 --plant hang 15 1 1
	[[ $stderr == *'stress: hangs: process 0 life 0 thread 0, for '*' s in: '* ]]
	# The others may wait for what that one holds.
	[[ ${lines[-1]} == *' hung='[1-4]' lost_marks=0 lost_bytes=0' ]]
}

@test "arguments that are no good" {
	for args in '' '1' '0 1' 'x 1' '1 x' '1 -1' '1 1 0' '1 1 99' '1 1 1 1' '--plant nothing 1 1' '--without nothing 1 1' '--hang 0 1 1'; do
		# shellcheck disable=SC2086 # split on purpose
		run -2 "$stress" $args
		[ "${#lines[@]}" = 1 ]
		[[ $output == 'stress: '* ]]
	done
}

@test "lab/stress: settings that are no good" {
	refused "stress: MINUTES=x is not a number of minutes" env MINUTES=x lab/stress
	refused "stress: MINUTES=0 is not a number of minutes" env MINUTES=0 lab/stress
	refused "stress: SEED=-1 is not a number" env SEED=-1 lab/stress
	refused "stress: SEED=1 2 is not a number" env SEED='1 2' lab/stress
	refused "stress: WITHOUT=KSM is no list of operations" env WITHOUT=KSM lab/stress
	refused "stress: no operation 'nothing' to leave out" env WITHOUT=nothing lab/stress
	refused "stress: no variant 'new': VARIANT is base, queue, mutant/<name> or upto/<posting>-<number of the patch>" env VARIANTS=new lab/stress
	refused "stress: no config 'fast': CONFIG is slim, kasan, kcsan, debug, gcov, bench or vng" env CONFIG=fast lab/stress
	mkdir queue/5.10
	cp queue/9.1/base queue/5.10/
	refused "stress: CONFIG=kcsan: 5.10 has no KCSAN on arm64 (v5.17 brought it)" env CONFIG=kcsan ARCH=arm64 TREE=5.10 lab/stress
}

# booted VARIANT OUTCOME STATUS CONSOLE STDERR: what the stand-in for lab/boot leaves
booted() {
	mkdir -p "boots/$1"
	printf '%s\n' "$2" >"boots/$1/outcome"
	printf '%s\n' "exit n=1 name=stress status=$3 signal=0 timeout=0 ms=1 stdout=0+0 stderr=0+0" >"boots/$1/status"
	printf '[    1.000000] Linux\n%s' "$4" >"boots/$1/console.log"
	printf '%s\n' 'stress: lacks: KSM' "$5" >"boots/$1/stderr"
	printf '%s\n' 'seed=5 seconds=9 operations=1 migrations=1 pages=1 lost_marks=0 lost_bytes=0' \
		"seed=5 seconds=9 operations=100 migrations=20 pages=3000 lost_marks=0 lost_bytes=$((4096 * $3))" >"boots/$1/stdout"
}

stand_ins() {
	for step in deps fetch tree image; do printf '#!/bin/sh\n' >"lab/$step"; done
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncp "boots/$VARIANT"/* "$BOOT"\n' >lab/boot
	export MINUTES=1 SEED=5 ARCH=x86_64
	# Any program will do, whether the real one is installed or not.
	mkdir bin
	cp "$(type -P true)" bin/stress-ng
	PATH=$box/bin:$PATH
	mkdir queue/9.1/1-fixes
	: >queue/9.1/1-fixes/0001-mm-don-t-collect-KSM-pages.patch
}

@test "lab/stress: what base does is shown, and what the queue does decides" {
	stand_ins
	booted base lost 1 $'[    2.000000] BUG: unable to handle page fault\n[    2.100000] Oops: 0000 [#1] SMP\n' ''
	booted queue 'done' 0 '' ''
	run -0 --separate-stderr lab/stress
	[ "${lines[0]}" = '9.1 x86_64 slim, minutes: 1, seed: 5' ]
	[[ ${lines[2]} =~ ^base\ +100\ +20\ +3000\ +2\ +4096\ FAIL$ ]]
	[ "${lines[3]}" = '  the VM was lost (lost)' ]
	[ "${lines[4]}" = '  first splat: BUG: unable to handle page fault' ]
	[[ ${lines[5]} =~ ^queue\ +100\ +20\ +3000\ +0\ +0\ PASS$ ]]
	[ "${lines[6]}" = '  not in this kernel: KSM' ]
	booted queue 'done' 1 '' 'stress: lost: 4096 bytes, process 0'
	run -1 --separate-stderr lab/stress
	[[ ${lines[5]} =~ ^queue\ +100\ +20\ +3000\ +0\ +4096\ FAIL$ ]]
	[ "${lines[6]}" = '  lost: 4096 bytes, process 0' ]
}

@test "lab/stress: a splat, a status and a lost VM fail the queue, each by itself" {
	stand_ins
	export VARIANTS=queue
	booted queue 'done' 0 $'[    2.000000] WARNING: mm/x.c:1 at f\n' ''
	run -1 --separate-stderr lab/stress
	[ "${lines[3]}" = '  first splat: WARNING: mm/x.c:1 at f' ]
	booted queue 'done' 1 '' ''
	run -1 --separate-stderr lab/stress
	[ "${lines[3]}" = '  exit status 1' ]
	booted queue lost 0 '' ''
	run -1 --separate-stderr lab/stress
	[ "${lines[3]}" = '  the VM was lost (lost)' ]
	booted queue 'done' 0 '' ''
	: >boots/queue/status
	run -1 --separate-stderr lab/stress
	[ "${lines[3]}" = '  exit status -' ]
}

@test "lab/stress: what the queue does not mend is left out, unless it is told otherwise" {
	stand_ins
	export VARIANTS=queue ARCH=arm64
	booted queue 'done' 0 '' ''
	run -0 --separate-stderr lab/stress
	[ "${lines[0]}" = '9.1 arm64 slim, minutes: 1, seed: 5, without: exclusive' ]
	[ "${lines[3]}" = '  without stress-ng beside it' ]
	rm queue/9.1/1-fixes/*
	WITHOUT='' run -0 --separate-stderr lab/stress # as make hands it on
	[ "${lines[0]}" = '9.1 arm64 slim, minutes: 1, seed: 5, without: exclusive ksm' ]
	WITHOUT=none run -0 --separate-stderr lab/stress
	[ "${lines[0]}" = '9.1 arm64 slim, minutes: 1, seed: 5' ]
	ARCH=x86_64 run -0 --separate-stderr lab/stress
	[ "${lines[0]}" = '9.1 x86_64 slim, minutes: 1, seed: 5, without: ksm' ]
}
