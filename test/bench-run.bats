#!/usr/bin/env bats
# lab/bench from end to end, with stand-ins for whatever takes a kernel.
# shellcheck disable=SC2154,SC2030,SC2031
bats_require_minimum_version 1.5.0
load sandbox.bash
load bench.bash

setup() { sandbox; }

# Stand-ins for all that takes a kernel; the guest prints what is in lines-<mode>-<variant>.
stand_ins() {
	local step
	for step in deps fetch tree image bench-plugin; do printf '#!/bin/sh\n' >"lab/$step"; done
	printf '#!/bin/sh\necho tcg stand-in\n' >lab/accel
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nset -- $EXEC\ncat "%s/lines-$2-$VARIANT"\n' "$PWD" >lab/guest
	mkdir -p build/image/9.1-x86_64-queue-slim
	printf '%s\n' version=9.1.0-1 compiler=gcc >build/image/9.1-x86_64-queue-slim/meta
}

@test "times: a table, a plot and the figures go to results/, and nothing else" {
	stand_ins
	times base 1 1000000 1 1 | sed 's/variant=[^ ]* boot=1 //' >lines-times-base
	times queue 1 500000 1 1 | sed 's/variant=[^ ]* boot=1 //' >lines-times-queue
	BOOTS=2 run -0 --separate-stderr env WHAT=times lab/bench
	[ "$(find results -type f -printf '%f\n' | sort | paste -sd' ')" = 'times-9.1-x86_64.csv times-9.1-x86_64.md times-9.1-x86_64.svg' ]
	# shellcheck disable=SC2016
	[[ $output == *'    $ make bench WHAT=times TREE=9.1 ARCH=x86_64 BOOTS=2 ROUNDS=8'* ]]
	[[ $output == *'Kernel 9.1.0-1, x86_64, CONFIG=slim, built with gcc.'*'with TCG, 8 CPUs'* ]]
	[[ $output == *'| 1 work | 256 kB | 1 / 1 | 0.5 / 0.5 | 0.5 (0.5-0.5) |'* ]]
	[ "$output" = "$(cat results/times-9.1-x86_64.md)" ]
	grep -q '</svg>' results/times-9.1-x86_64.svg
}

@test "a guest that fails leaves nothing in results/" {
	stand_ins
	mkdir results
	printf 'old\n' >results/times-9.1-x86_64.md
	printf '#!/bin/sh\necho "bench: no memory" >&2\nexit 1\n' >lab/guest
	run -2 --separate-stderr env WHAT=times lab/bench
	[[ $stderr == *'bench: no memory'*'bench-times: bench times 8 failed on 9.1 x86_64 base' ]]
	[ "$(find results -type f)" = results/times-9.1-x86_64.md ]
	[ "$(cat results/times-9.1-x86_64.md)" = old ]
}

@test "ioctl: base, queue and the ratio, instructions and times" {
	stand_ins
	mkdir -p build/image/9.1-x86_64-base-slim
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nn=1000; [ "$VARIANT" = base ] || n=250\n[ -n "$ICOUNT" ] || n=${n}000\necho pages=1 min_ns=1 median_ns=$n\n' >lab/guest
	run -0 --separate-stderr env WHAT=ioctl lab/bench
	[[ ${lines[0]} == '9.1 (9.1.0-1) on x86_64, slim, '* ]]
	[[ ${lines[2]} =~ ^guest\ instructions,\ pages:\ 1\ +1000\ +250\ +0.2500$ ]]
	[[ ${lines[4]} =~ ^us,\ pages:\ 512,\ other\ threads:\ 1,\ CPUs:\ 2\ +1000\ +250\ +0.2500$ ]]
	[ ! -e results ]
}

@test "instructions: a plugin that has missed a migration is an error" {
	stand_ins
	mkdir -p build/plugin build/image/9.1-x86_64-base-slim
	: >build/plugin/count.so
	for function in migrate_vma_setup migrate_vma_pages migrate_vma_finalize; do
		printf 'ffffffff81000000 T %s\n' "$function"
	done | tee build/image/9.1-x86_64-base-slim/System.map >build/image/9.1-x86_64-queue-slim/System.map
	printf '#!/bin/sh\n' >lab/guest
	printf 'echo round=1 layout=exclusive order=0 pages=1 tables=1 moved=1; : >counts\n' >>lab/guest
	run -2 --separate-stderr env WHAT=instructions BOOTS=1 lab/bench
	[[ $stderr == *'bench-instructions: the plugin has counted 0 migrations of 1' ]]
	sed -i '/setup/d' build/image/9.1-x86_64-base-slim/System.map
	run -2 --separate-stderr env WHAT=instructions BOOTS=1 lab/bench
	[[ $stderr == *'bench-instructions: 9.1 x86_64 base has no function migrate_vma_setup'* ]]
	[ ! -e results ]
}
