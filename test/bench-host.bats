#!/usr/bin/env bats
# lab/bench-host: bad input, and a whole turn of it in a guest, which stands for somebody's machine.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash
load guest.bash

setup() { sandbox; }

line() { # VARIANT TO_DEVICE
	printf 'variant=%s boot=1 kind=work threads=1 pages=64 to_device_ns=%s back_ns=1 passes=1 stall_ns=1 quiet_ns=1 quiet_passes=1 quiet_stall_ns=1\n' "$@"
}

@test "arguments and settings that are no good" {
	usage='bench-host: usage: bench-host record base|queue FILE | watch COMMAND... | table FILE...'
	refused "$usage" lab/bench-host
	refused "$usage" lab/bench-host record base
	refused "$usage" lab/bench-host table
	refused "$usage" lab/bench-host watch
	refused "bench-host: record new: there are base and queue" lab/bench-host record new file
	refused "bench-host: BOOT=0 is not a number from 1 to 99" env BOOT=0 lab/bench-host record base file
	refused "bench-host: ROUNDS=x is not a number from 1 to 999" env ROUNDS=x lab/bench-host record base file
	refused "bench-host: WHAT=all: there are sizes, cpus and times" env WHAT=all lab/bench-host record base file
	printf 'variants\n' >file
	refused "bench-host: file was not made by bench-host record" lab/bench-host table file
	[ ! -e results ]
}

@test "a table of two machines' files, with what each was made on" {
	mkdir build
	{ printf '# kernel: one\n'; line base 4000000; } >one
	{ printf '# kernel: two\n'; line queue 1000000; } >two
	run -0 lab/bench-host table two one
	[[ $output == 'two:'*'- kernel: two'*'one:'*'- kernel: one'* ]]
	[[ $output != *'## TLB shootdowns'* ]]
	[[ $output == *'## Times'*'| 1 work | 256 kB | 4 / 4 | 1 / 1 | 0.25 (0.25-0.25) |'* ]]
}

@test "watch: the status is the command's" {
	[ "$(id -u)" = 0 ] || skip "only root may count on all CPUs"
	run -3 lab/bench-host watch bash -c 'exit 3'
}

@test "a record that is made in a guest" {
	need_image
	[ "$(uname -m)" = x86_64 ] || skip "takes this machine's programs into an x86_64 guest"
	make -s -C guest OUT=../build/guest/x86_64
	export BOOT=$PWD/boot EXTRA=$PWD/extra
	mkdir -p "$BOOT" "$EXTRA/build/guest/x86_64"
	cp -r lab "$EXTRA/"
	cp build/guest/x86_64/bench "$EXTRA/build/guest/x86_64/"
	for program in bash env id uname nproc grep sed mkdir mktemp mv rm dirname basename cat; do
		program=$(command -v "$program")
		for file in "$program" $(ldd "$program" | grep -o '/[^ ]*'); do
			install -D "$file" "$EXTRA/$file"
		done
		install -D "$program" "$EXTRA/bin/$(basename "$program")"
	done
	printf 'env\tplain\t120\t%s\n' '/bin/env PATH=/bin WHAT=cpus%20times ROUNDS=1 BOOT=1 /bin/bash /lab/bench-host record base /tmp/file' \
		'/bin/cat /tmp/file' >"$BOOT/jobs"
	SMP=2 ACCEL=tcg TREE=7.3 VARIANT=queue "$top/lab/boot"
	[ "$(grep -c 'status=0 signal=0 timeout=0' "$BOOT/status")" = 2 ]
	grep -q '^# kernel: Linux ' "$BOOT/stdout"
	grep -q '^# machine: .*, 2 CPUs, under a hypervisor' "$BOOT/stdout"
	# Of the process alone with one other thread, and of a child: one shootdown each.
	[ "$(grep -c '^variant=base set=cpus .* least=1 most=1 received=1$' "$BOOT/stdout")" = 2 ]
	# Alone; one thread of three kinds; two more of 2 MB: five rounds of each.
	[ "$(grep -c '^variant=base boot=1 kind=' "$BOOT/stdout")" = 30 ]
}
